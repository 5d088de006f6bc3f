package org.residuum.ptx.instruction;

import org.residuum.ptx.number.Approximate;
import org.residuum.ptx.number.Exact;
import org.residuum.ptx.number.Extremes;
import org.residuum.ptx.number.Format;
import org.residuum.ptx.number.Rounding;
import org.residuum.ptx.parse.PtxType;

/** Compiles arithmetic on f16 and bf16, alone or packed in pairs. */
final class HalfOps {
  private HalfOps() {}

  static Op compile(Args a, PtxType type) {
    a.flag("rn");
    boolean approximate = a.flag("approx");
    Output out = new Output(Format.of(type), a.flag("ftz"), a.flag("sat"), a.flag("relu"));
    String name = a.instruction.name();
    return switch (name) {
      case "add" -> binary(a, type, out, (x, y) -> Exact.add(x, y, Rounding.RN));
      case "sub" -> binary(a, type, out, (x, y) -> Exact.add(x, -y, Rounding.RN));
      case "mul" -> binary(a, type, out, (x, y) -> x * y);
      case "fma" -> ternary(a, type, out, (x, y, z) -> Exact.fma(x, y, z, Rounding.RN));
      case "min", "max" -> extreme(a, type, out, name.equals("max"));
      case "abs" -> FloatOps.unary(a, type, x -> x & (type.bytes == 4 ? 0x7fff7fffL : 0x7fff));
      case "neg" -> FloatOps.unary(a, type, x -> x ^ (type.bytes == 4 ? 0x80008000L : 0x8000));
      default -> approximate(a, type, out, name, approximate);
    };
  }

  private static Op approximate(
      Args a, PtxType type, Output out, String name, boolean approximate) {
    if (!approximate) {
      throw a.unsupported(".approx is missing");
    }
    SingleOps.D1 f = Approximate.named(a, name);
    return FloatOps.unary(a, type, each1(type, x -> out.bits(f.of(out.value(x)))));
  }

  /** How operands are read and results are made. */
  record Output(Format format, boolean flush, boolean saturate, boolean relu) {
    double value(long raw) {
      double x = format.decode(raw);
      return flush ? format.flush(x) : x;
    }

    long bits(double exact) {
      double x = format.round(exact, Rounding.RN);
      x = flush ? format.flush(x) : x;
      x = saturate ? (x > 0 ? Math.min(x, 1) : 0) : x;
      return format.encode(relu && x <= 0 ? 0 : x);
    }
  }

  private static Op binary(Args a, PtxType type, Output out, SingleOps.D2 f) {
    return FloatOps.binary(
        a, type, each2(type, (x, y) -> out.bits(f.of(out.value(x), out.value(y)))));
  }

  private static Op ternary(Args a, PtxType type, Output out, SingleOps.D3 f) {
    Lane.F3 one = (x, y, z) -> out.bits(f.of(out.value(x), out.value(y), out.value(z)));
    return FloatOps.ternary(
        a,
        type,
        type.bytes == 2
            ? one
            : (x, y, z) ->
                one.of(x & 0xffff, y & 0xffff, z & 0xffff)
                    | one.of(x >>> 16, y >>> 16, z >>> 16) << 16);
  }

  private static Op extreme(Args a, PtxType type, Output out, boolean max) {
    boolean nan = a.flag("NaN");
    return binary(
        a,
        type,
        out,
        (x, y) ->
            max
                ? Extremes.max((float) x, (float) y, nan)
                : Extremes.min((float) x, (float) y, nan));
  }

  private static Lane.F1 each1(PtxType type, Lane.F1 one) {
    return type.bytes == 2 ? one : x -> one.of(x & 0xffff) | one.of(x >>> 16) << 16;
  }

  private static Lane.F2 each2(PtxType type, Lane.F2 one) {
    return type.bytes == 2
        ? one
        : (x, y) -> one.of(x & 0xffff, y & 0xffff) | one.of(x >>> 16, y >>> 16) << 16;
  }
}
