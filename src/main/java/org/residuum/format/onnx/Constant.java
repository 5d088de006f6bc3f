package org.residuum.format.onnx;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.residuum.format.FormatException;
import org.residuum.network.Shape;

/**
 * A tensor known at import: integers as longs, or floats as 32-bit floats, row-major.
 *
 * @param extents outermost first; a scalar has none
 * @param longs null for floats
 * @param floats null for integers; often a view of the file
 */
record Constant(int[] extents, long[] longs, FloatBuffer floats) implements Item {
  /** Stands for the free batch size among the integers of a shape. */
  static final long BATCH = 0x8000_4241_5443_4800L;

  static Constant ofLongs(int[] extents, long... longs) {
    return new Constant(extents, longs, null);
  }

  static Constant ofFloats(int[] extents, FloatBuffer floats) {
    return new Constant(extents, null, floats);
  }

  static Constant scalar(float value) {
    return ofFloats(new int[0], FloatBuffer.wrap(new float[] {value}));
  }

  /** The integers of a list, (n). */
  static Constant list(long... longs) {
    return ofLongs(new int[] {longs.length}, longs);
  }

  boolean isFloat() {
    return floats != null;
  }

  int rank() {
    return extents.length;
  }

  int size() {
    return floats != null ? floats.limit() : longs.length;
  }

  Constant reshaped(int... newExtents) {
    return new Constant(newExtents, longs, floats);
  }

  /**
   * Moves elements: element (i, j, ...) of the result is the one at {@code source[0][i] +
   * source[1][j] + ...} of this, or the fill where one of the terms is negative.
   */
  Constant moved(int[][] source, Constant fill, Budget budget, String where)
      throws FormatException {
    int[] to = new int[source.length];
    for (int axis = 0; axis < to.length; axis++) {
      to[axis] = source[axis].length;
    }
    int size = Math.toIntExact(elements(to, where, budget));
    if (isFloat()) {
      float[] moved = new float[size];
      float rest = fill == null ? 0 : fill.number(0);
      visit(source, (at, from) -> moved[at] = from < 0 ? rest : floats.get(from));
      return ofFloats(to, FloatBuffer.wrap(moved));
    }
    long[] moved = new long[size];
    long rest = fill == null ? 0 : fill.integer(0);
    visit(source, (at, from) -> moved[at] = from < 0 ? rest : longs[from]);
    return ofLongs(to, moved);
  }

  /** The product of the extents, charged to the budget at 8 bytes an element. */
  static long elements(int[] extents, String where, Budget budget) throws FormatException {
    long size = 1;
    for (int extent : extents) {
      size = Math.multiplyExact(size, extent);
      if (size > Integer.MAX_VALUE) {
        break;
      }
    }
    budget.charge(Long.BYTES * Math.min(size, Integer.MAX_VALUE), where);
    return size;
  }

  /** Takes a place in the result and the place it comes from, negative for the fill. */
  interface Move {
    void accept(int at, int from);
  }

  private static void visit(int[][] source, Move move) {
    int rank = source.length;
    int[] index = new int[rank];
    for (int[] axis : source) {
      if (axis.length == 0) {
        return;
      }
    }
    for (int at = 0; ; at++) {
      int from = 0;
      for (int axis = 0; axis < rank && from >= 0; axis++) {
        int term = source[axis][index[axis]];
        from = term < 0 ? -1 : from + term;
      }
      move.accept(at, from);
      int axis = rank - 1;
      while (axis >= 0 && ++index[axis] == source[axis].length) {
        index[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
    }
  }

  /** Elements between neighbours along each axis. */
  int[] strides() {
    int[] strides = new int[extents.length];
    int stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= extents[axis];
    }
    return strides;
  }

  /** The element as a float. */
  float number(int index) {
    return floats != null ? floats.get(index) : longs[index];
  }

  /** The element as an integer. */
  long integer(int index) {
    return floats != null ? (long) floats.get(index) : longs[index];
  }

  /** Whether all elements are {@code value}. */
  boolean isFilledWith(float value) {
    for (int i = 0; i < size(); i++) {
      if (number(i) != value) {
        return false;
      }
    }
    return true;
  }

  Shape shape() {
    return Shape.of(extents);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "constant " + Arrays.toString(extents);
  }
}
