package org.residuum.backend.lower;

import java.nio.FloatBuffer;

/** The class numbers that a loss reads; one out of range would read another row's scores. */
public final class ClassLabels {
  private ClassLabels() {}

  /**
   * Checks the labels of a batch.
   *
   * @param labels (batch), from index 0
   * @throws IllegalArgumentException where one is not a whole number in 0..classes - 1
   */
  public static void require(FloatBuffer labels, int batch, int classes) {
    for (int row = 0; row < batch; row++) {
      require(labels.get(row), row, classes);
    }
  }

  /** The same for one label. */
  public static void require(double label, int row, int classes) {
    if (!(label >= 0 && label < classes && label == (int) label)) {
      throw new IllegalArgumentException(
          "label "
              + label
              + " of row "
              + row
              + " is no class: the network tells "
              + classes
              + " apart, numbered 0 to "
              + (classes - 1));
    }
  }
}
