package org.residuum.backend.cuda.kernel;

/** The type of one kernel argument, as the driver and PTX see it. */
public enum ArgumentType {
  /** A device address, {@code .u64}; written {@code x*} in a signature. */
  POINTER("*", "u64", 8),
  /** A Java int, {@code .u32}. */
  INT32(":i32", "u32", 4),
  /** A Java long, {@code .u64}. */
  INT64(":i64", "u64", 8),
  /** A Java float, {@code .f32}. */
  FLOAT32(":f32", "f32", 4);

  private final String mark;
  private final String ptxType;
  private final int bytes;

  ArgumentType(String mark, String ptxType, int bytes) {
    this.mark = mark;
    this.ptxType = ptxType;
    this.bytes = bytes;
  }

  /** How a signature marks an argument of this type, after its name. */
  String mark() {
    return mark;
  }

  public String ptxType() {
    return ptxType;
  }

  /** Size and alignment in the parameter block. */
  int bytes() {
    return bytes;
  }
}
