package org.residuum.data.source;

import java.util.List;
import org.residuum.data.VectorDataset;
import org.residuum.network.Shape;

/**
 * Vectors in memory.
 *
 * @param values an example an entry, {@code (F)}
 */
record StoredVectors(
    String name, Shape exampleShape, List<String> labels, float[][] values, int[] classes)
    implements VectorDataset {

  StoredVectors {
    labels = List.copyOf(labels);
    for (float[] row : values) {
      if (row.length != exampleShape.elements()) {
        throw new IllegalArgumentException(
            name + ": a vector of " + row.length + " values in a set of " + exampleShape);
      }
    }
    Labels.check(name, labels, classes, values.length);
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public int label(int index) {
    return classes[index];
  }

  @Override
  public void read(int index, float[] into) {
    System.arraycopy(values[index], 0, into, 0, values[index].length);
  }

  @Override
  public String toString() {
    return name + ": " + size() + " vectors " + exampleShape + " of " + labels.size() + " classes";
  }
}
