package org.residuum.backend;

import java.nio.FloatBuffer;
import java.util.List;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.Value;

/**
 * Feeds examples to a session of fixed batch size. This is the one place where any number of
 * examples is cut into batches, the last batch padded with zeros, and images turned from
 * channel-last into the session's layout.
 */
public final class Batches {
  private final Session session;
  private final FloatBuffer input;
  private final Shape example;
  private final int elements;

  /**
   * @param network what the session runs
   * @param name the network's input that is fed, of shape (N, C, H, W) or (N, F)
   */
  public Batches(Session session, Network network, String name) {
    this.session = session;
    this.input = session.input(name);
    this.example = network.input(name).shape();
    this.elements = example.elements();
  }

  /** The input of a network that has exactly one beside {@code except}. */
  public static Value onlyInput(Network network, String except) {
    List<Value> inputs =
        network.inputs().stream().filter(value -> !value.name().equals(except)).toList();
    if (inputs.size() != 1 || !inputs.get(0).shape().isBatched()) {
      throw new IllegalArgumentException(
          network.name() + " needs one input (N, ...) to be fed with examples, not " + inputs);
    }
    return inputs.get(0);
  }

  /** What to do with a batch once the session has run it. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Reads the session's outputs.
     *
     * @param from the number of the first example of the batch
     * @param count how many rows of the outputs are examples; the rest is padding
     */
    void read(int from, int count);
  }

  /**
   * Runs any number of examples.
   *
   * @param examples (count, H, W, C) or (count, F) from index 0
   */
  public void run(FloatBuffer examples, int count, Reader reader) {
    requireRoom(examples, count);
    for (int from = 0; from < count; from += session.batch()) {
      int rows = Math.min(session.batch(), count - from);
      fill(examples, from, rows);
      session.run();
      reader.read(from, rows);
    }
  }

  /**
   * Fills the session's input with examples {@code from} to {@code from + rows - 1} and pads with
   * zeros.
   *
   * @param rows at most the session's batch size
   */
  public void fill(FloatBuffer examples, int from, int rows) {
    if (example.rank() == 4 && example.extent(1) > 1 && session.layout() == Layout.NCHW) {
      transpose(examples, from, rows);
    } else {
      input.put(0, examples, from * elements, rows * elements);
    }
    for (int i = rows * elements; i < session.batch() * elements; i++) {
      input.put(i, 0f);
    }
  }

  /** (H, W, C) → (C, H, W), row by row. */
  private void transpose(FloatBuffer examples, int from, int rows) {
    int channels = example.extent(1);
    int pixels = elements / channels;
    for (int row = 0; row < rows; row++) {
      int source = (from + row) * elements;
      int target = row * elements;
      for (int pixel = 0; pixel < pixels; pixel++) {
        for (int c = 0; c < channels; c++) {
          input.put(target + c * pixels + pixel, examples.get(source + pixel * channels + c));
        }
      }
    }
  }

  private void requireRoom(FloatBuffer examples, int count) {
    if (count < 0 || (long) count * elements > examples.limit()) {
      throw new IllegalArgumentException(
          count
              + " examples of "
              + example
              + " need "
              + (long) count * elements
              + " floats, the buffer has "
              + examples.limit());
    }
  }
}
