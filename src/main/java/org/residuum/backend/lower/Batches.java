package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.text.Units;

/**
 * Feeds examples to a session of fixed batch size. This is the one place where any number of
 * examples is cut into batches, the last batch padded with zeros, images turned from channel-last
 * into the session's layout, and the next batch sent off while one computes.
 *
 * <p>Whole calls are exclusive, and while batches are under way they belong to the thread that
 * started them: a call of another thread, or of a reader, is refused with an {@link
 * IllegalStateException}.
 */
public final class Batches {
  /** A batch that was started and is not read yet. */
  private record Started(Slot slot, int from, int count, Reader reader) {}

  private final Session session;
  private final Guard guard;
  private final List<Slot> slots;
  private final String name;
  private final Shape example;
  private final int elements;
  private final Deque<Started> underWay = new ArrayDeque<>();
  private Thread owner;
  private boolean reading;
  private int next;

  /**
   * @param network what the session runs
   * @param name the network's input that is fed, of shape (N, C, H, W) or (N, F)
   */
  public Batches(Session session, Network network, String name) {
    this.session = session;
    this.guard = Guard.refusing("this feeding of a session of " + network.name(), () -> {});
    this.slots = session.slots();
    this.name = name;
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
     * Reads a batch's outputs.
     *
     * @param slot that holds them until the reader returns
     * @param from the number of the first example of the batch
     * @param count how many rows of the outputs are examples; the rest is padding
     */
    void read(Slot slot, int from, int count);
  }

  /**
   * Runs any number of examples and reads them all.
   *
   * @param examples (count, H, W, C) or (count, F) from index 0
   */
  public void run(FloatBuffer examples, int count, Reader reader) {
    start(examples, count, reader);
    finish();
  }

  /**
   * The same, but the last batches may be read later, by further starts and by {@link #finish}; the
   * examples may change as soon as this returns. Readers are called in the order of the examples.
   */
  public void start(FloatBuffer examples, int count, Reader reader) {
    requireRoom(examples.limit(), count);
    start((slot, from, rows) -> fill(slot, examples, from, rows), count, reader);
  }

  /** The same for a session that takes pictures. */
  public void start(Slot.Pictures examples, int count, Reader reader) {
    requireRoom(examples.pixels().limit(), count);
    start((slot, from, rows) -> fill(slot, examples, from, rows), count, reader);
  }

  private void start(Reader filler, int count, Reader reader) {
    exclusive(
        () -> {
          for (int from = 0; from < count; from += session.batch()) {
            int rows = Math.min(session.batch(), count - from);
            Slot slot = slots.get(next);
            filler.read(slot, from, rows);
            next = (next + 1) % slots.size();
            slot.start();
            underWay.add(new Started(slot, from, rows, reader));
            readBut(slots.size() - 1);
          }
        });
  }

  /** Reads all that was started. */
  public void finish() {
    exclusive(() -> readBut(0));
  }

  /** Waits for all that was started, by whatever thread, and reads none of it. */
  public void abandon() {
    guard.run(this::drop);
  }

  /** Does something unless batches of another thread are under way; a failure drops what is. */
  private void exclusive(Runnable body) {
    guard.enter();
    try {
      requireOwn();
      try {
        body.run();
      } catch (RuntimeException | Error e) {
        dropAfter(e);
        throw e;
      }
      owner = underWay.isEmpty() ? null : Thread.currentThread();
    } finally {
      guard.exit();
    }
  }

  private void requireOwn() {
    if (reading) {
      throw new IllegalStateException("a reader of batches cannot start or finish others");
    }
    if (owner != null && owner != Thread.currentThread()) {
      throw new IllegalStateException(
          "batches of thread "
              + owner.getName()
              + " are under way; it finishes them first, or each thread has a session of its own");
    }
  }

  private void readBut(int kept) {
    while (underWay.size() > kept) {
      Started batch = underWay.remove();
      batch.slot.await();
      reading = true;
      try {
        batch.reader.read(batch.slot, batch.from, batch.count);
      } finally {
        reading = false;
      }
    }
  }

  private void drop() {
    owner = null;
    while (!underWay.isEmpty()) {
      underWay.remove().slot.await();
    }
  }

  private void dropAfter(Throwable failure) {
    try {
      drop();
    } catch (RuntimeException e) {
      underWay.clear();
      failure.addSuppressed(e);
    }
  }

  /**
   * Fills a slot's input with examples {@code from} to {@code from + rows - 1} and pads with zeros.
   *
   * @param rows at most the session's batch size
   */
  public void fill(Slot slot, FloatBuffer examples, int from, int rows) {
    FloatBuffer input = slot.input(name);
    if (input.limit() != session.batch() * elements) {
      throw new IllegalArgumentException(
          "input "
              + name
              + " of the session takes "
              + input.limit()
              + " values a batch, "
              + session.batch()
              + " examples of "
              + example
              + " have "
              + session.batch() * elements);
    }
    if (example.rank() == 4 && example.extent(1) > 1 && session.layout() == Session.Layout.NCHW) {
      transpose(input, examples, from, rows);
    } else {
      input.put(0, examples, from * elements, rows * elements);
    }
    for (int i = rows * elements; i < session.batch() * elements; i++) {
      input.put(i, 0f);
    }
  }

  /** The same for a session that takes pictures. */
  public void fill(Slot slot, Slot.Pictures examples, int from, int rows) {
    Slot.Pictures input = slot.pictures(name);
    input.pixels().put(0, examples.pixels(), from * elements, rows * elements);
    input.crops().put(0, examples.crops(), from * Slot.Pictures.CROP, rows * Slot.Pictures.CROP);
    for (int i = rows * elements; i < session.batch() * elements; i++) {
      input.pixels().put(i, (byte) 0);
    }
    for (int row = rows; row < session.batch(); row++) {
      input.crop(row, 0, 0, false);
    }
  }

  /** (H, W, C) → (C, H, W), row by row. */
  private void transpose(FloatBuffer input, FloatBuffer examples, int from, int rows) {
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

  /**
   * Checks a number of examples before anything is allocated for it.
   *
   * @throws IllegalArgumentException where the buffer does not hold so many
   */
  public void requireRoom(FloatBuffer examples, int count) {
    requireRoom(examples.limit(), count);
  }

  private void requireRoom(int room, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count must be at least 0, not " + count);
    }
    if ((long) count * elements > room) {
      throw new IllegalArgumentException(
          "%s of %s %s %s values, the buffer has %s"
              .formatted(
                  Units.count(count, "example"),
                  example,
                  count == 1 ? "needs" : "need",
                  (long) count * elements,
                  room));
    }
  }
}
