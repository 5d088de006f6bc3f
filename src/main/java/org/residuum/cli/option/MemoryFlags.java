package org.residuum.cli.option;

import picocli.CommandLine.Option;

/** How much memory a training may take. */
public final class MemoryFlags {
  @Option(
      names = "--recompute",
      description =
          "Keep the activations between segments of the network only, and compute the others again"
              + " in the backward pass: memory for the square root of the depth, a third more time,"
              + " the same weights to the bit.")
  private boolean recompute;
}
