package org.residuum.format.onnx;

import java.util.Arrays;

/** A growing list of longs. */
final class LongList {
  private static final long[] EMPTY = {};

  private long[] values = EMPTY;
  private int size;

  void add(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(4, 2 * size));
    }
    values[size++] = value;
  }

  int size() {
    return size;
  }

  long[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
