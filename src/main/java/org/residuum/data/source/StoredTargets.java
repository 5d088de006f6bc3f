package org.residuum.data.source;

import java.util.List;
import org.residuum.data.Task;
import org.residuum.data.VectorDataset;
import org.residuum.network.Shape;

/**
 * Vectors in memory that have labels which do not exclude each other, or numbers.
 *
 * @param values an example an entry, {@code (F)}
 * @param targets likewise, one an output
 */
record StoredTargets(
    String name,
    Task task,
    Shape exampleShape,
    List<String> labels,
    float[][] values,
    float[][] targets)
    implements VectorDataset {

  StoredTargets {
    labels = List.copyOf(labels);
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public int label(int index) {
    throw new IllegalStateException(name + " is for " + task + ", its examples have no class");
  }

  @Override
  public void targets(int index, float[] into) {
    System.arraycopy(targets[index], 0, into, 0, targets[index].length);
  }

  @Override
  public void read(int index, float[] into) {
    System.arraycopy(values[index], 0, into, 0, values[index].length);
  }

  @Override
  public String toString() {
    return name + ": " + size() + " vectors " + exampleShape + " with " + String.join(", ", labels);
  }
}
