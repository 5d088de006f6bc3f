package org.residuum.data.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.residuum.backend.Pictures;

/**
 * Some examples, ready for a network. It lives in reused memory: its contents hold until the next
 * call of {@link Epoch#next()} or {@link Epoch#close()}.
 */
public final class Batch {
  private static final int ALIGNMENT = 64;

  private final int elements;
  private final FloatBuffer labels;
  private final int[] indices;
  private final IOException[] failures;
  private FloatBuffer inputs;
  private Pictures pictures;
  private int size;

  Batch(int capacity, int elements) {
    this.elements = elements;
    labels = direct(capacity);
    indices = new int[capacity];
    failures = new IOException[capacity];
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

  /**
   * How many examples there are; only the last batch of an epoch may have fewer than the others.
   */
  public int size() {
    return size;
  }

  /**
   * The normalised examples, {@code (size, H, W, C)} or {@code (size, F)}: direct, native order,
   * the start on a 64-byte boundary, position 0, limit at the last example's end. Only in a pass of
   * {@link BatchLoader#epoch}.
   */
  public FloatBuffer inputs() {
    return inputs;
  }

  /**
   * The examples as they are stored, crops and flips drawn. Only in a pass of {@link
   * BatchLoader#pictures}.
   */
  public Pictures pictures() {
    return pictures;
  }

  /** The classes, {@code (size)}, as floats: direct, native order. */
  public FloatBuffer labels() {
    return labels;
  }

  /** Where in the data set an example of this batch is from. */
  public int index(int row) {
    if (row < 0 || row >= size) {
      throw new IndexOutOfBoundsException("row " + row + " of a batch of " + size);
    }
    return indices[row];
  }

  /**
   * Why an example is missing, which is zeros then; null where it is there. Only a loader that was
   * built with {@link BatchLoaderBuilder#keepGoing} has any.
   */
  public IOException failure(int row) {
    return failures[row];
  }

  void start(int newSize, boolean asPictures) {
    size = newSize;
    labels.clear();
    Arrays.fill(failures, null);
    if (asPictures && pictures == null) {
      pictures = Pictures.allocate(indices.length, elements);
    } else if (!asPictures && inputs == null) {
      inputs = direct((long) indices.length * elements);
    } else if (!asPictures) {
      inputs.clear();
    }
  }

  void add(int row, int index, int label) {
    indices[row] = index;
    labels.put(label);
  }

  /** Puts zeros in an example's place. */
  void fail(int row, boolean asPictures, IOException failure) {
    failures[row] = failure;
    if (asPictures) {
      pictures.pixels().put(row * elements, new byte[elements]);
      pictures.crop(row, 0, 0, false);
    } else {
      inputs.position(row * elements);
      inputs.put(new float[elements]);
    }
  }

  void finish() {
    if (inputs != null) {
      inputs.position(0).limit(size * elements);
    }
    labels.position(0).limit(size);
  }
}
