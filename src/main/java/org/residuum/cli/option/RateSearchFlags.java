package org.residuum.cli.option;

import org.residuum.cli.text.CommandFailure;
import org.residuum.job.RateFinder;
import picocli.CommandLine.Option;

/** Whether a rate is to be found before a training, instead of the training. */
public final class RateSearchFlags {
  private static final String FIND = "--lr-find";
  private static final String STEPS = "--lr-find-steps";

  @Option(
      names = FIND,
      description =
          "Look for a learning rate instead of training: some steps with rates from 1e-7 to 10,"
              + " until the loss is 4 times its least. Prints a rate for --lr and lists the losses"
              + " in FOLDER.lr-find.csv, draws them in FOLDER.lr-find.svg; saves no model.")
  private boolean find;

  @Option(
      names = STEPS,
      paramLabel = "N",
      description = "Steps of that search, at least 20 (default: 100).")
  private Integer steps;

  /** Whether to search, after a check of what was given beside it. */
  public boolean isAsked(boolean resume) {
    if (find && resume) {
      throw CommandFailure.usage(
          "--resume goes on with a training, " + FIND + " trains for none; give one of them");
    }
    if (!find && steps != null) {
      throw CommandFailure.usage(STEPS + " " + steps + ": it is for " + FIND);
    }
    return find;
  }

  /** The rates to try. */
  public RateFinder.Range range() {
    RateFinder.Range usual = RateFinder.Range.USUAL;
    try {
      return steps == null ? usual : new RateFinder.Range(usual.from(), usual.to(), steps);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(STEPS + " " + steps + ": " + e.getMessage());
    }
  }
}
