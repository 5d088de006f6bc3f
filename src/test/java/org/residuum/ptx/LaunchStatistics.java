package org.residuum.ptx;

import java.util.Map;

/**
 * What a launch executed.
 *
 * @param threadInstructions instructions, counted once a thread that executed them
 * @param opcodes of which each opcode with its modifiers
 * @param instructionsCovered distinct instructions of the kernel that some thread executed
 * @param instructions distinct instructions of the kernel
 * @param nanoseconds wall-clock time
 */
public record LaunchStatistics(
    long threadInstructions,
    Map<String, Long> opcodes,
    int instructionsCovered,
    int instructions,
    long nanoseconds) {

  /** Thread instructions a second of wall-clock time. */
  public double rate() {
    return threadInstructions * 1e9 / Math.max(1, nanoseconds);
  }
}
