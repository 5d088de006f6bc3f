package org.residuum.backend;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * One thread's use of a plan: an arena and a stream. Fill the inputs, {@link #run}, read the
 * outputs; the buffers stay the same from run to run, and a run allocates nothing.
 */
public interface Session extends AutoCloseable {
  /** Examples a run. */
  int batch();

  /** The order of images in the buffers. */
  Layout layout();

  /** The buffer of an input, (batch, ...) in this session's layout; write through absolute puts. */
  FloatBuffer input(String name);

  /** The buffer of an output, valid after a run until the next. */
  FloatBuffer output(String name);

  /** Runs the network over the inputs and returns when the outputs are there. */
  void run();

  /**
   * Runs once over the inputs, each step by itself, and tells how long each took. The sum is a
   * little more than a run takes, where steps follow each other without a pause.
   */
  default List<StepTime> profile() {
    long start = System.nanoTime();
    run();
    return List.of(new StepTime("", "the whole run", (System.nanoTime() - start) / 1e9));
  }

  /** Frees the arena; closing twice is harmless. */
  @Override
  void close();
}
