package org.residuum.format.pytorch;

import org.residuum.format.file.FloatType;

/** PyTorch's element types; only those with a {@link #floats} type are read. */
enum Element {
  FLOAT32("Float", 4, FloatType.F32),
  FLOAT64("Double", 8, FloatType.F64),
  FLOAT16("Half", 2, FloatType.F16),
  BFLOAT16("BFloat16", 2, FloatType.BF16),
  FLOAT8_E4M3FN(null, 1, FloatType.F8_E4M3),
  FLOAT8_E5M2(null, 1, FloatType.F8_E5M2),
  INT64("Long", 8, null),
  INT32("Int", 4, null),
  INT16("Short", 2, null),
  INT8("Char", 1, null),
  UINT8("Byte", 1, null),
  BOOL("Bool", 1, null),
  UINT16(null, 2, null),
  UINT32(null, 4, null),
  UINT64(null, 8, null),
  COMPLEX64("ComplexFloat", 8, null),
  COMPLEX128("ComplexDouble", 16, null);

  /** {@code Float} for {@code torch.FloatStorage}; null where there is no such class. */
  final String storage;

  final int bytes;

  /** Null where the values are not read as floats. */
  final FloatType floats;

  Element(String storage, int bytes, FloatType floats) {
    this.storage = storage;
    this.bytes = bytes;
    this.floats = floats;
  }
}
