package org.residuum.cli.option;

import picocli.CommandLine.Option;

/** How a training's steps go on: batches a step, a running mean, checkpoints on the way. */
public final class LoopFlags {
  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description =
          "Batches whose gradients make up a step: as a batch N times as large, in the memory of"
              + " one (default: 1).")
  private Integer accumulate;

  @Option(
      names = "--ema",
      paramLabel = "DECAY",
      description =
          "Evaluate and save a running mean of the weights, which keeps this share of itself at"
              + " each step, such as 0.999; 0 for none (default).")
  private Double ema;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "SECONDS",
      description =
          "Time between checkpoints, and thus the work that a kill costs at most (default: 10)."
              + " The first one follows the first step.")
  private Double checkpoints;
}
