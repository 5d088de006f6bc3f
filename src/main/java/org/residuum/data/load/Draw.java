package org.residuum.data.load;

import org.residuum.data.Dataset;

/**
 * An example of a data set in its turn.
 *
 * @param index in the data set
 * @param bits decide how it is augmented this time
 */
public record Draw(Dataset dataset, int index, long bits) {
  /** Its class. */
  public int label() {
    return dataset.label(index);
  }

  @Override
  public String toString() {
    return dataset.exampleName(index);
  }
}
