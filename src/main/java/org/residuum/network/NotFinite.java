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
  /** Counts; null where all values are finite. */
  static NotFinite of(String name, Tensor tensor) {
    FloatBuffer data = tensor.data();
    int nan = 0;
    int infinite = 0;
    for (int i = 0; i < data.limit(); i++) {
      float value = data.get(i);
      if (!Float.isFinite(value)) {
        nan += Float.isNaN(value) ? 1 : 0;
        infinite += Float.isNaN(value) ? 0 : 1;
      }
    }
    return nan + infinite == 0 ? null : new NotFinite(name, nan, infinite, data.limit());
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
