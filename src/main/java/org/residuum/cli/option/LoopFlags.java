package org.residuum.cli.option;

import org.residuum.cli.text.CommandFailure;
import org.residuum.train.TrainingOptions;
import picocli.CommandLine.Option;

/** How a training's steps go on: checkpoints on the way. */
public final class LoopFlags {
  private static final String CHECKPOINTS = "--checkpoint-every";

  @Option(
      names = CHECKPOINTS,
      paramLabel = "SECONDS",
      description =
          "Time between checkpoints, and thus the work that a kill costs at most (default: 10)."
              + " The first one follows the first step.")
  private Double checkpoints;

  /** The same options with what was asked for instead. */
  public TrainingOptions apply(TrainingOptions options) {
    TrainingOptions.Loop loop = options.loop();
    try {
      if (checkpoints != null) {
        loop = loop.withCheckpointSeconds(checkpoints);
      }
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(CHECKPOINTS + " " + checkpoints + ": " + e.getMessage());
    }
    return options.toBuilder().loop(loop).build();
  }
}
