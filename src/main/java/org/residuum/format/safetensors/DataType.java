package org.residuum.format.safetensors;

import org.residuum.format.file.FloatType;

/** The element types that the format knows; only those with a {@link #floats} type are read. */
enum DataType {
  F64(64, FloatType.F64),
  F32(32, FloatType.F32),
  F16(16, FloatType.F16),
  BF16(16, FloatType.BF16),
  F8_E4M3(8, FloatType.F8_E4M3),
  F8_E5M2(8, FloatType.F8_E5M2),
  F8_E8M0(8, null),
  F6_E2M3(6, null),
  F6_E3M2(6, null),
  F4(4, null),
  C64(64, null),
  I64(64, null),
  U64(64, null),
  I32(32, null),
  U32(32, null),
  I16(16, null),
  U16(16, null),
  I8(8, null),
  U8(8, null),
  BOOL(8, null);

  final int bits;

  /** Null where the values are not read as floats. */
  final FloatType floats;

  DataType(int bits, FloatType floats) {
    this.bits = bits;
    this.floats = floats;
  }
}
