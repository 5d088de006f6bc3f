package org.residuum.ptx.instruction;

import static org.residuum.ptx.number.Numbers.bits;
import static org.residuum.ptx.number.Numbers.f32;

import org.residuum.ptx.number.Approximate;
import org.residuum.ptx.number.Exact;
import org.residuum.ptx.number.Extremes;
import org.residuum.ptx.number.Format;
import org.residuum.ptx.number.Numbers;
import org.residuum.ptx.number.Rounding;
import org.residuum.ptx.parse.PtxType;

/** Compiles single-precision arithmetic. */
public final class SingleOps {
  private static final PtxType F32 = PtxType.F32;

  private SingleOps() {}

  static Op compile(Args a) {
    String name = a.instruction.name();
    Rounding mode = Rounding.named(a.oneOf("rn", "rz", "rm", "rp"), null);
    boolean ftz = a.flag("ftz");
    boolean sat = a.flag("sat");
    boolean approximate = a.oneOf("approx", "full") != null;
    boolean plain = !ftz && !sat && (mode == null || mode == Rounding.RN);
    Rounding rounding = mode == null ? Rounding.RN : mode;
    return switch (name) {
      case "add" ->
          plain
              ? FloatOps.binary(a, F32, (x, y) -> bits(f32(x) + f32(y)))
              : binary(a, ftz, sat, (x, y) -> Exact.add(x, y, rounding), rounding);
      case "sub" ->
          plain
              ? FloatOps.binary(a, F32, (x, y) -> bits(f32(x) - f32(y)))
              : binary(a, ftz, sat, (x, y) -> Exact.add(x, -y, rounding), rounding);
      case "mul" ->
          plain
              ? FloatOps.binary(a, F32, (x, y) -> bits(f32(x) * f32(y)))
              : binary(a, ftz, sat, (x, y) -> x * y, rounding);
      case "fma", "mad" ->
          plain
              ? FloatOps.ternary(a, F32, (x, y, z) -> bits(Math.fma(f32(x), f32(y), f32(z))))
              : ternary(a, ftz, sat, (x, y, z) -> Exact.fma(x, y, z, rounding), rounding);
      case "div" ->
          plain
              ? FloatOps.binary(a, F32, (x, y) -> bits(f32(x) / f32(y)))
              : binary(a, ftz, sat, Exact::divide, rounding);
      case "rcp" -> unary(a, ftz, x -> Exact.divide(1, x), rounding);
      case "sqrt" -> unary(a, ftz, Exact::sqrt, rounding);
      case "min", "max" -> extreme(a, ftz, name.equals("max"));
      case "abs" -> unary(a, ftz, Math::abs, rounding);
      case "neg" ->
          ftz ? unary(a, true, x -> -x, rounding) : FloatOps.unary(a, F32, x -> x ^ 0x80000000L);
      case "copysign" -> FloatOps.binary(a, F32, (x, y) -> (y & 0x7fffffffL) | (x & 0x80000000L));
      default -> approximate(a, name, ftz, approximate);
    };
  }

  private static Op approximate(Args a, String name, boolean ftz, boolean approximate) {
    if (!approximate) {
      throw a.unsupported(".approx is missing");
    }
    return unary(a, ftz, Approximate.named(a, name), Rounding.RN);
  }

  public interface D1 {
    double of(double x);
  }

  interface D2 {
    double of(double x, double y);
  }

  interface D3 {
    double of(double x, double y, double z);
  }

  private static double in(long raw, boolean ftz) {
    return Numbers.flush(f32(raw), ftz);
  }

  private static long out(double exact, boolean ftz, boolean sat, Rounding mode) {
    float rounded = (float) Format.F32.round(exact, mode);
    float flushed = Numbers.flush(rounded, ftz);
    return bits(sat ? Numbers.saturate(flushed) : flushed);
  }

  private static Op unary(Args a, boolean ftz, D1 f, Rounding mode) {
    return FloatOps.unary(a, F32, x -> out(f.of(in(x, ftz)), ftz, false, mode));
  }

  private static Op binary(Args a, boolean ftz, boolean sat, D2 f, Rounding mode) {
    return FloatOps.binary(a, F32, (x, y) -> out(f.of(in(x, ftz), in(y, ftz)), ftz, sat, mode));
  }

  private static Op ternary(Args a, boolean ftz, boolean sat, D3 f, Rounding mode) {
    return FloatOps.ternary(
        a, F32, (x, y, z) -> out(f.of(in(x, ftz), in(y, ftz), in(z, ftz)), ftz, sat, mode));
  }

  private static Op extreme(Args a, boolean ftz, boolean max) {
    boolean nan = a.flag("NaN");
    Lane.F2 f =
        max
            ? (x, y) ->
                bits(Extremes.max(Numbers.flush(f32(x), ftz), Numbers.flush(f32(y), ftz), nan))
            : (x, y) ->
                bits(Extremes.min(Numbers.flush(f32(x), ftz), Numbers.flush(f32(y), ftz), nan));
    if (a.count() == 4) {
      return FloatOps.ternary(a, F32, (x, y, z) -> f.of(f.of(x, y), z));
    }
    return FloatOps.binary(a, F32, f);
  }
}
