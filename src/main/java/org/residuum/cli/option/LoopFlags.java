package org.residuum.cli.option;

import java.util.function.Supplier;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.Dataset;
import org.residuum.train.TrainingOptions;
import picocli.CommandLine.Option;

/** How a training's steps go on: batches a step, a running mean, checkpoints on the way. */
public final class LoopFlags {
  private static final String ACCUMULATE = "--accumulate";
  private static final String EMA = "--ema";
  private static final String CHECKPOINTS = "--checkpoint-every";

  @Option(
      names = ACCUMULATE,
      paramLabel = "N",
      description =
          "Batches whose gradients make up a step: as a batch N times as large, in the memory of"
              + " one (default: 1).")
  private Integer accumulate;

  @Option(
      names = EMA,
      paramLabel = "DECAY",
      description =
          "Evaluate and save a running mean of the weights, which keeps this share of itself at"
              + " each step, such as 0.999; 0 for none (default).")
  private Double ema;

  @Option(
      names = CHECKPOINTS,
      paramLabel = "SECONDS",
      description =
          "Time between checkpoints, and thus the work that a kill costs at most (default: 10)."
              + " The first one follows the first step.")
  private Double checkpoints;

  /** The same options with what was asked for instead. */
  public TrainingOptions apply(TrainingOptions options, Dataset training) {
    TrainingOptions all = options;
    if (accumulate != null) {
      all = with(ACCUMULATE, accumulate, all, () -> options.loop().withAccumulate(accumulate));
      requireExamples(all, training);
    }
    TrainingOptions.Loop batches = all.loop();
    if (ema != null) {
      all = with(EMA, ema, all, () -> batches.withEma(ema));
    }
    TrainingOptions.Loop mean = all.loop();
    return checkpoints == null
        ? all
        : with(CHECKPOINTS, checkpoints, all, () -> mean.withCheckpointSeconds(checkpoints));
  }

  private void requireExamples(TrainingOptions options, Dataset training) {
    if ((long) options.batch() * accumulate > training.size()) {
      throw CommandFailure.usage(
          "%s %d: %s has %d examples to train on, %d batches of %d are more"
              .formatted(
                  ACCUMULATE,
                  accumulate,
                  training.name(),
                  training.size(),
                  accumulate,
                  options.batch()));
    }
  }

  /** A rule that is broken by what an option says names the option. */
  private static TrainingOptions with(
      String option, Object value, TrainingOptions options, Supplier<TrainingOptions.Loop> loop) {
    try {
      return options.toBuilder().loop(loop.get()).build();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(option + " " + value + ": " + e.getMessage());
    }
  }
}
