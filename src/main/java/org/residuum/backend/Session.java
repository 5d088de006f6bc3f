package org.residuum.backend;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * One thread's use of a plan: one arena. Fill the inputs, {@link #run}, read the outputs; the
 * buffers stay the same from run to run, and a run allocates nothing. Where batch follows batch,
 * {@link #slots} let the next one travel while one computes.
 *
 * <p>A call while another thread is in one is refused, and so is every call once the session is
 * closed, both with an {@link IllegalStateException}.
 */
public interface Session extends AutoCloseable {
  /** Examples a run. */
  int batch();

  /** The order of images in the buffers. */
  Layout layout();

  /**
   * The buffer of an input that is fed with floats, (batch, ...) in this session's layout; write
   * through absolute puts.
   */
  FloatBuffer input(String name);

  /** The buffers of an input that is fed with bytes. */
  Slot.Pictures pictures(String name);

  /** What an input is fed with, as {@link CompileOptions#feed} said. */
  Feed feed(String input);

  /** The buffer of an output, valid after a run until the next. */
  FloatBuffer output(String name);

  /**
   * The batches that may be under way at once, to be used in turn; {@link #input}, {@link #output}
   * and {@link #run} are the first one's.
   */
  List<Slot> slots();

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

  /**
   * Waits for the call that another thread is in, and frees the arena; closing twice is harmless.
   * What the input and output buffers hold is of no use any more. On the host, touching them is
   * harmless; those of a GPU are freed with the rest.
   */
  @Override
  void close();

  /**
   * How long a step of a run took.
   *
   * @param node the network's node that it belongs to, as the plan's network names it
   * @param kernel what ran, in the backend's own words
   */
  record StepTime(String node, String kernel, double seconds) {}

  /** The order in which a plan keeps images; vectors are the same in both. */
  enum Layout {
    /** (N, C, H, W), channels outermost. */
    NCHW,
    /** (N, H, W, C), channels innermost. */
    NHWC
  }
}
