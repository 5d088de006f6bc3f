package org.residuum.ptx.instruction;

import org.residuum.ptx.number.DoubleRounding;
import org.residuum.ptx.number.Extremes;
import org.residuum.ptx.number.Numbers;
import org.residuum.ptx.number.Rounding;
import org.residuum.ptx.parse.PtxType;

/** Compiles double-precision arithmetic. */
final class DoubleOps {
  private static final PtxType F64 = PtxType.F64;

  private static final long HIGH = -1L << 32;

  private DoubleOps() {}

  static Op compile(Args a) {
    Rounding mode = Rounding.named(a.oneOf("rn", "rz", "rm", "rp"), Rounding.RN);
    boolean nearest = mode == Rounding.RN;
    boolean approximate = a.flag("approx");
    if (approximate) {
      return approximate(a);
    }
    return switch (a.instruction.name()) {
      case "add" ->
          nearest
              ? binary(a, (x, y) -> x + y)
              : binary(a, (x, y) -> DoubleRounding.add(x, y, mode));
      case "sub" ->
          nearest
              ? binary(a, (x, y) -> x - y)
              : binary(a, (x, y) -> DoubleRounding.add(x, -y, mode));
      case "mul" ->
          nearest
              ? binary(a, (x, y) -> x * y)
              : binary(a, (x, y) -> DoubleRounding.multiply(x, y, mode));
      case "fma", "mad" ->
          nearest
              ? ternary(a, Math::fma)
              : ternary(a, (x, y, z) -> DoubleRounding.fma(x, y, z, mode));
      case "div" -> binary(a, (x, y) -> DoubleRounding.divide(x, y, mode));
      case "rcp" -> unary(a, x -> DoubleRounding.divide(1, x, mode));
      case "sqrt" -> unary(a, x -> DoubleRounding.sqrt(x, mode));
      case "min" -> binary(a, Extremes::min);
      case "max" -> binary(a, Extremes::max);
      case "abs" -> FloatOps.unary(a, F64, x -> x & Long.MAX_VALUE);
      case "neg" -> FloatOps.unary(a, F64, x -> x ^ Long.MIN_VALUE);
      case "copysign" ->
          FloatOps.binary(a, F64, (x, y) -> (y & Long.MAX_VALUE) | (x & Long.MIN_VALUE));
      default -> throw a.unsupported("unknown opcode");
    };
  }

  /**
   * {@code rcp} and {@code rsqrt}: of the upper halves of operand and result, subnormals taken for
   * zero.
   */
  private static Op approximate(Args a) {
    a.flag("ftz");
    SingleOps.D1 f =
        switch (a.instruction.name()) {
          case "rcp" -> x -> 1 / x;
          case "rsqrt" -> x -> 1 / Math.sqrt(x);
          default -> throw a.unsupported("no such approximation in double precision");
        };
    return FloatOps.unary(
        a,
        F64,
        x -> {
          double y = f.of(flush(value(x & HIGH)));
          return Double.isNaN(y) ? Numbers.NAN64 : Double.doubleToRawLongBits(flush(y)) & HIGH;
        });
  }

  private static double flush(double x) {
    return Math.abs(x) < Double.MIN_NORMAL ? Math.copySign(0, x) : x;
  }

  private static double value(long raw) {
    return Double.longBitsToDouble(raw);
  }

  private static long bits(double x) {
    return Double.isNaN(x) ? Numbers.NAN64 : Double.doubleToRawLongBits(x);
  }

  private static Op unary(Args a, SingleOps.D1 f) {
    return FloatOps.unary(a, F64, x -> bits(f.of(value(x))));
  }

  private static Op binary(Args a, SingleOps.D2 f) {
    return FloatOps.binary(a, F64, (x, y) -> bits(f.of(value(x), value(y))));
  }

  private static Op ternary(Args a, SingleOps.D3 f) {
    return FloatOps.ternary(a, F64, (x, y, z) -> bits(f.of(value(x), value(y), value(z))));
  }
}
