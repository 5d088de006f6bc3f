package org.residuum.cli.command;

import java.util.Locale;
import java.util.stream.IntStream;
import org.residuum.text.Units;
import org.residuum.train.Evaluation;

/**
 * What became of all examples.
 *
 * @param failed those that could not be read, and those without finite scores
 */
record EvalOutcome(Evaluation evaluation, int failed) {
  private int unreadable() {
    return failed - evaluation.notFinite();
  }

  int total() {
    return evaluation.examples() + unreadable();
  }

  private int right() {
    Evaluation.ConfusionMatrix matrix = evaluation.confusion();
    return IntStream.range(0, matrix.labels().size()).map(i -> matrix.count(i, i)).sum();
  }

  /** For example {@code 120 examples: 100 right, 14 wrong, 6 failed (...)}. */
  @Override
  public String toString() {
    String all = Units.count(total(), "example");
    return failed == 0
        ? all
        : String.format(
            Locale.ROOT,
            "%s: %,d right, %,d wrong, %,d failed (%,d cannot be read and are not measured, %,d"
                + " have no finite scores and are not right)",
            all,
            right(),
            total() - right() - failed,
            failed,
            unreadable(),
            evaluation.notFinite());
  }
}
