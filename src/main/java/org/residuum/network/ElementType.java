package org.residuum.network;

import java.util.Arrays;

/** What one number of a value, a parameter or a tensor is. */
public enum ElementType {
  /** IEEE 754 single precision. */
  F32("float32", 4),
  /** The upper half of an {@link #F32}. */
  BF16("bfloat16", 2),
  /** IEEE 754 half precision. */
  F16("float16", 2),
  I8("int8", 1),
  U8("uint8", 1),
  I32("int32", 4);

  private final String label;
  private final int bytes;

  ElementType(String label, int bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  /** Bytes an element. */
  public int bytes() {
    return bytes;
  }

  /**
   * The type of a name.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static ElementType of(String name) {
    return Arrays.stream(values())
        .filter(type -> type.label.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no element type is named " + name + ", only " + Arrays.toString(values())));
  }

  /** PyTorch's name, for example {@code float32}. */
  @Override
  public String toString() {
    return label;
  }
}
