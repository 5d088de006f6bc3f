package org.residuum.format.onnx;

import org.residuum.format.file.FloatType;

/** The element types of {@code TensorProto}, in the order of their numbers from 0. */
enum DataType {
  UNDEFINED,
  FLOAT(FloatType.F32),
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  INT32(4),
  INT64(8),
  STRING,
  BOOL(1),
  FLOAT16(FloatType.F16),
  DOUBLE(FloatType.F64),
  UINT32(4),
  UINT64(8),
  COMPLEX64,
  COMPLEX128,
  BFLOAT16(FloatType.BF16),
  FLOAT8E4M3FN(FloatType.F8_E4M3),
  FLOAT8E4M3FNUZ,
  FLOAT8E5M2(FloatType.F8_E5M2),
  FLOAT8E5M2FNUZ,
  UINT4,
  INT4,
  FLOAT4E2M1;

  /** The floating-point type, or null. */
  final FloatType floats;

  /** Bytes an element of raw data; 0 where the type cannot be read. */
  final int bytes;

  DataType() {
    this.floats = null;
    this.bytes = 0;
  }

  DataType(int bytes) {
    this.floats = null;
    this.bytes = bytes;
  }

  DataType(FloatType floats) {
    this.floats = floats;
    this.bytes = floats.bytes();
  }

  static DataType of(long code) {
    return code < 0 || code >= values().length ? UNDEFINED : values()[(int) code];
  }

  boolean isFloat() {
    return floats != null;
  }

  boolean isInteger() {
    return floats == null && bytes > 0;
  }

  /** Whether an integer type has that number. */
  boolean holds(long value) {
    return wrapped(value) == value;
  }

  /** The lowest bits of a number, as a conversion between integer types keeps them. */
  long wrapped(long value) {
    int unused = Long.SIZE - Byte.SIZE * bytes;
    return isUnsigned() ? value << unused >>> unused : value << unused >> unused;
  }

  /** Whether small integers of this type are zero-extended. */
  boolean isUnsigned() {
    return this == UINT8 || this == UINT16 || this == UINT32 || this == BOOL;
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
