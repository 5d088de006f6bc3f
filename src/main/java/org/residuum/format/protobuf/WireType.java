package org.residuum.format.protobuf;

/** How a field of a message is encoded; the low three bits of its tag. */
public final class WireType {
  public static final int VARINT = 0;
  public static final int FIXED64 = 1;
  public static final int BYTES = 2;
  public static final int FIXED32 = 5;

  private WireType() {}
}
