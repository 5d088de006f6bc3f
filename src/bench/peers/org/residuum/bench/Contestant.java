package org.residuum.bench;

import java.util.Map;

/**
 * One way to run a workload: weights loaded and input in place before {@link #run} is first called.
 */
interface Contestant extends AutoCloseable {
  String name();

  /** Runs one batch, or one training step, and returns when its results are there. */
  void run() throws Exception;

  /** What contestants must agree on after their first run, by name. */
  Map<String, float[]> results() throws Exception;

  /** How far its results may be off, relative to the largest value. */
  default double tolerance() {
    return 1e-3;
  }

  @Override
  void close() throws Exception;
}
