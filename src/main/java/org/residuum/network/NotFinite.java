package org.residuum.network;

import java.nio.FloatBuffer;

/**
 * A tensor with values that are not finite.
 *
 * @param nan how many are NaN
 * @param infinite how many are infinite
 * @param values how many there are
 */
record NotFinite(String name, int nan, int infinite, int values) {
  /** Values that are looked at together. */
  private static final int BLOCK = 4096;

  private static final int EXPONENT = 0x7f800000;

  /** Counts; null where all values are finite. */
  static NotFinite of(String name, Tensor tensor) {
    FloatBuffer data = tensor.data();
    float[] block = new float[BLOCK];
    int nan = 0;
    int infinite = 0;
    for (int from = 0; from < data.limit(); from += BLOCK) {
      int count = Math.min(BLOCK, data.limit() - from);
      data.get(from, block, 0, count);
      if (!areFinite(block, count)) {
        for (int i = 0; i < count; i++) {
          nan += Float.isNaN(block[i]) ? 1 : 0;
          infinite += Float.isInfinite(block[i]) ? 1 : 0;
        }
      }
    }
    return nan + infinite == 0 ? null : new NotFinite(name, nan, infinite, data.limit());
  }

  /** Compares the largest exponent, which the JVM does by vector instructions. */
  private static boolean areFinite(float[] values, int count) {
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & EXPONENT);
    }
    return largest != EXPONENT;
  }

  /** For example {@code fc.weight (1 NaN of 640 values)}. */
  @Override
  public String toString() {
    String counts =
        (nan == 0 ? "" : nan + " NaN")
            + (nan == 0 || infinite == 0 ? "" : " and ")
            + (infinite == 0 ? "" : infinite + " infinite");
    return name + " (" + counts + " of " + values + (values == 1 ? " value)" : " values)");
  }
}
