package org.residuum.backend;

import java.nio.FloatBuffer;

/**
 * A batch under way in a session, with buffers of its own: fill the inputs, {@link #start}, {@link
 * #await}, read the outputs. From the first of {@link #send} and start until await has returned,
 * the buffers belong to the device; meanwhile another slot's can be filled and read.
 */
public interface Slot {
  /**
   * The buffer of an input that is fed with floats, (batch, ...) in the session's layout; write
   * through absolute puts.
   */
  FloatBuffer input(String name);

  /** The buffers of an input that is fed with bytes. */
  Pictures pictures(String name);

  /** The buffer of an output, valid from await until this slot starts again. */
  FloatBuffer output(String name);

  /** Begins to copy the inputs to the device, ahead of {@link #start}, which else does so. */
  void send();

  /**
   * Begins to run, behind the batches that were started before; where the device does not work by
   * itself, it returns when the outputs are there.
   */
  void start();

  /** Returns when the outputs are there. */
  void await();
}
