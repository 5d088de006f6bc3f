package org.residuum.network;

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

  /** PyTorch's name, for example {@code float32}. */
  @Override
  public String toString() {
    return label;
  }
}
