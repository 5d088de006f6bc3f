package org.residuum.format.safetensors;

import java.util.Arrays;

/**
 * What the header says of one tensor.
 *
 * @param begin first byte, from the end of the header on
 * @param end one past the last byte
 */
record Entry(String name, DataType type, long[] extents, long begin, long end) {

  /** For example {@code I64 [512, 10]}. */
  String describe() {
    return type + " " + Arrays.toString(extents);
  }
}
