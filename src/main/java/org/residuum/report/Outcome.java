package org.residuum.report;

import java.util.Locale;
import java.util.Optional;
import org.residuum.data.Dataset;
import org.residuum.data.Task;
import org.residuum.text.Units;
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
            : losses
                + ": nothing was learned; try "
                + String.format(
                    Locale.ROOT,
                    "--lr %.2g (it was %s), --clip 1 or more --epochs",
                    options.schedule().peak() / 10,
                    options.schedule().peak()));
  }
}
