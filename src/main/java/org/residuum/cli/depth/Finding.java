package org.residuum.cli.depth;

import java.util.Locale;

/**
 * What one training brought.
 *
 * @param settings data and options; findings that are compared have the same
 * @param losses of the training data, one an epoch
 * @param accuracies of the test data, one an epoch
 * @param failure why it ended before its last epoch; "" where it did not
 * @param start before the training
 * @param trained after it
 */
record Finding(
    Subject subject,
    String settings,
    double[] losses,
    double[] accuracies,
    String failure,
    Anatomy start,
    Anatomy trained) {
  /** For example {@code 97.61 %}, or {@code diverged}. */
  String outcome() {
    return failure.isEmpty() ? String.format(Locale.ROOT, "%.2f %%", 100 * accuracy()) : "diverged";
  }

  /** Of the last epoch; 0 where not even one was completed. */
  double accuracy() {
    return accuracies.length == 0 ? 0 : accuracies[accuracies.length - 1];
  }
}
