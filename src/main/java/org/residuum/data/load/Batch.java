package org.residuum.data.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.backend.Slot;
import org.residuum.data.InvalidDataException;

/**
 * Some items and their examples, ready for a network. It lives in reused memory: its contents hold
 * until the next call of {@link Pass#next()} or {@link Pass#close()}.
 */
public final class Batch<T> {
  private static final int ALIGNMENT = 64;

  /** How many rows a thread has taken, and how many are not written; guarded by the loader. */
  int claimed;

  int missing;

  private final int elements;
  private final List<T> items;
  private final Throwable[] failures;
  private FloatBuffer inputs;
  private Slot.Pictures pictures;
  private boolean asPictures;

  /**
   * @param elements values an example
   */
  public Batch(int capacity, int elements) {
    this.elements = elements;
    items = new ArrayList<>(capacity);
    failures = new Throwable[capacity];
  }

  private static FloatBuffer direct(long floats) {
    if (floats * Float.BYTES > Integer.MAX_VALUE - ALIGNMENT) {
      throw new IllegalArgumentException(
          "a batch of " + floats + " floats is over 2 GiB; use a smaller batch size");
    }
    int bytes = (int) floats * Float.BYTES;
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes + ALIGNMENT - 1);
    int start = (ALIGNMENT - memory.alignmentOffset(0, ALIGNMENT)) % ALIGNMENT;
    return memory.slice(start, bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  int capacity() {
    return failures.length;
  }

  /** How many examples there are; only the last batch of a pass may have fewer than the others. */
  public int size() {
    return items.size();
  }

  /** Whose example a row is. */
  public T item(int row) {
    return items.get(row);
  }

  /** All items, in the order of their rows; a copy. */
  public List<T> items() {
    return List.copyOf(items);
  }

  /**
   * The normalised examples, {@code (size, H, W, C)} or {@code (size, F)}: direct, native order,
   * the start on a 64-byte boundary, position 0, limit at the last example's end. Only in a pass of
   * floats.
   */
  public FloatBuffer inputs() {
    return inputs;
  }

  /** The examples as they are stored, crops and flips drawn. Only in a pass of pictures. */
  public Slot.Pictures pictures() {
    return pictures;
  }

  /** Why an example is missing, which is zeros then; null where it is there. */
  public IOException failure(int row) {
    return failures[row] == null ? null : InvalidDataException.of(item(row), failures[row]);
  }

  void requireWhole(String name) throws IOException {
    for (int row = 0; row < size(); row++) {
      if (failures[row] instanceof IOException e) {
        throw e;
      }
      if (failures[row] != null) {
        throw new IllegalStateException(
            "loading a batch of " + name + " failed: " + failures[row], failures[row]);
      }
    }
  }

  /** Takes the items of a new batch; gives whether there are any. */
  boolean start(Pass<? extends T> pass) {
    items.clear();
    while (items.size() < capacity() && pass.items.hasNext()) {
      items.add(pass.items.next());
    }
    Arrays.fill(failures, null);
    claimed = 0;
    missing = size();
    asPictures = pass.asPictures;
    if (asPictures && pictures == null) {
      pictures = Slot.Pictures.allocate(capacity(), elements);
    } else if (!asPictures && inputs == null) {
      inputs = direct((long) capacity() * elements);
    }
    if (!asPictures) {
      inputs.limit(size() * elements);
    }
    return !items.isEmpty();
  }

  /** Fills a row, with zeros where that fails. */
  void write(ExampleWriter<T> writer, int row) {
    try {
      failures[row] = null;
      writer.write(item(row), this, row);
    } catch (Throwable e) { // Whatever it is, the others of the batch may be fine.
      failures[row] = e;
      if (asPictures) {
        put(row, new byte[elements], 0, 0, false);
      } else {
        put(row, new float[elements]);
      }
    }
  }

  boolean lacksMemory(int row) {
    Throwable thrown = failures[row];
    while (thrown != null && !(thrown instanceof OutOfMemoryError)) {
      thrown = thrown.getCause();
    }
    return thrown != null;
  }

  boolean holdsPictures() {
    return asPictures;
  }

  /** Puts the normalised values of an example, {@code (H, W, C)} or {@code (F)}, into a row. */
  void put(int row, float[] values) {
    inputs.put(row * elements, values, 0, elements);
  }

  /** Puts a picture, {@code (H, W, C)}, into a row, and what of it the network is to see. */
  void put(int row, byte[] pixels, int top, int left, boolean flip) {
    pictures.pixels().put(row * elements, pixels, 0, elements);
    pictures.crop(row, top, left, flip);
  }
}
