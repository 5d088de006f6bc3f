package org.residuum.report;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.residuum.data.Dataset;
import org.residuum.data.Task;
import org.residuum.text.Units;
import org.residuum.train.Evaluation.ConfusionMatrix;
import org.residuum.train.TrainingOptions;

/** Whether a training brought more than guessing would have. */
public final class Outcome {
  /** A network that says the same of every example comes this near to it by chance. */
  private static final double NEAR = 0.999;

  private Outcome() {}

  /**
   * What to say where the loss at the end is not below that of guessing, with a remedy.
   *
   * @param trainLoss of the last epoch
   */
  public static Optional<String> caution(
      double trainLoss, Judged judged, Dataset training, TrainingOptions options) {
    if (options.balance().weights().containsValue(0.0)) {
      return recall(judged, options);
    }
    double guess = Guessing.loss(training, judged.data(), options.balance());
    if (judged.evaluation().loss() < NEAR * guess) {
      return Optional.empty();
    }
    String losses =
        String.format(
            Locale.ROOT,
            "the %s loss %s is not below %s, %s",
            judged.part(),
            Units.decimal(judged.evaluation().loss(), 4),
            Units.decimal(guess, 4),
            Guessing.words(training.task(), options.balance()));
    return Optional.of(
        trainLoss < NEAR * guess
            ? losses
                + "; the training loss "
                + Units.decimal(trainLoss, 4)
                + " is: the network is sure of wrong answers; try more data, "
                + (training.task() == Task.CLASSIFY
                    ? "--augment, --label-smoothing 0.1"
                    : "a larger --weight-decay")
                + " or fewer --epochs"
            : losses + ": nothing was learned; try " + remedy(options));
  }

  /**
   * The loss of an example whose class does not count says nothing. By recalls, one answer to every
   * example is right for one class of those that count.
   */
  private static Optional<String> recall(Judged judged, TrainingOptions options) {
    ConfusionMatrix matrix = judged.evaluation().confusion();
    double[] recalls =
        IntStream.range(0, matrix.labels().size())
            .filter(k -> options.balance().weights().getOrDefault(matrix.labels().get(k), 1.0) > 0)
            .filter(k -> matrix.total(k) > 0)
            .mapToDouble(matrix::recall)
            .toArray();
    double mean = DoubleStream.of(recalls).average().orElse(Double.NaN);
    double guess = 1.0 / recalls.length;
    return recalls.length < 2 || mean > (2 - NEAR) * guess
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the %s recall %s, mean of the classes that count, is not above %s, that of one"
                    + " answer to every example: nothing was learned; try more data, %s",
                judged.part(),
                Units.percent(mean),
                Units.percent(guess),
                remedy(options)));
  }

  private static String remedy(TrainingOptions options) {
    double peak = options.schedule().peak();
    return String.format(
        Locale.ROOT, "--lr %.2g (it was %s), --clip 1 or more --epochs", peak / 10, peak);
  }
}
