package org.residuum.ptx.instruction;

import org.residuum.ptx.parse.PtxType;

/**
 * Compiles floating-point arithmetic. Operations that IEEE 754 defines are exact to the bit in each
 * rounding mode; those that PTX calls approximate are computed in double precision and rounded to
 * nearest, more exact than any GPU.
 */
final class FloatOps {
  private FloatOps() {}

  static Op compile(Args a) {
    PtxType type = a.type();
    return switch (type) {
      case F32 -> SingleOps.compile(a);
      case F64 -> DoubleOps.compile(a);
      case F16, BF16, F16X2, BF16X2 -> HalfOps.compile(a, type);
      default -> throw a.unsupported("not a floating-point type");
    };
  }

  static Op unary(Args a, PtxType type, Lane.F1 f) {
    return Loops.unary(new int[] {a.out(0), a.in(1, type)}, f, 0, type.truncate(-1));
  }

  static Op binary(Args a, PtxType type, Lane.F2 f) {
    int[] slots = {a.out(0), a.in(1, type), a.in(2, type)};
    return Loops.binary(slots, f, 0, type.truncate(-1));
  }

  static Op ternary(Args a, PtxType type, Lane.F3 f) {
    int[] slots = {a.out(0), a.in(1, type), a.in(2, type), a.in(3, type)};
    return Loops.ternary(slots, f, 0, type.truncate(-1));
  }
}
