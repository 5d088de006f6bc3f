package org.residuum.backend.cuda;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether batches and training steps are recorded as CUDA graphs, and why not. {@code
 * -Dresiduum.cuda.graphs=off} has each kernel launched by itself.
 */
final class Graphs {
  static final String PROPERTY = "residuum.cuda.graphs";

  private static final Logger LOG = LoggerFactory.getLogger(Graphs.class);

  private final boolean on;
  private String reason;

  /**
   * Graphs, or none.
   *
   * @param setting {@code on} or {@code off}
   * @throws IllegalArgumentException where it is neither
   */
  Graphs(String setting) {
    if (!setting.equals("on") && !setting.equals("off")) {
      throw new IllegalArgumentException(
          "-D" + PROPERTY + "=" + setting + ": write on, which is usual, or off");
    }
    this.on = setting.equals("on");
  }

  boolean areOn() {
    return on;
  }

  /** The device refused to record one; logged the first time. */
  synchronized void refused(String why) {
    if (reason == null) {
      reason = why;
      LOG.warn("no CUDA graph, so each kernel is launched by itself: {}", why);
    }
  }

  synchronized boolean areRefused() {
    return reason != null;
  }

  /** For example {@code graphs on}. */
  @Override
  public synchronized String toString() {
    if (!on) {
      return "graphs off (-D" + PROPERTY + "=off)";
    }
    return reason == null ? "graphs on" : "graphs refused: " + reason;
  }
}
