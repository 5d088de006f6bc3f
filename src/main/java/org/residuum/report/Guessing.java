package org.residuum.report;

import org.residuum.data.Dataset;
import org.residuum.train.Evaluation;

/** The loss of a network that knows nothing but how common each class is. */
public final class Guessing {
  private Guessing() {}

  /**
   * Mean cross-entropy over {@code test} of the class frequencies in {@code training}, each counted
   * once more than it occurs (Laplace): ln(classes) where all are equally common, less where they
   * are not. Without label smoothing, as {@link Evaluation#loss}.
   */
  public static double loss(Dataset training, Dataset test) {
    int classes = training.labels().size();
    int[] counts = new int[classes];
    for (int i = 0; i < training.size(); i++) {
      counts[training.label(i)]++;
    }
    double total = (double) training.size() + classes;
    double sum = 0;
    for (int i = 0; i < test.size(); i++) {
      sum -= Math.log((counts[test.label(i)] + 1) / total);
    }
    return sum / test.size();
  }
}
