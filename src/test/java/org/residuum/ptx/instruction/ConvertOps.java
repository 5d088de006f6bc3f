package org.residuum.ptx.instruction;

import org.residuum.ptx.number.DoubleRounding;
import org.residuum.ptx.number.Exact;
import org.residuum.ptx.number.Format;
import org.residuum.ptx.number.Numbers;
import org.residuum.ptx.number.Rounding;
import org.residuum.ptx.parse.PtxType;

/** Compiles {@code cvt}. */
final class ConvertOps {
  private ConvertOps() {}

  static Op compile(Args a) {
    PtxType from = a.type();
    PtxType to = a.type();
    Rounding fraction = Rounding.named(a.oneOf(Rounding.NAMES), null);
    Rounding whole = Rounding.named(a.oneOf(Rounding.INTEGER_NAMES), null);
    boolean flush = a.flag("ftz");
    boolean saturate = a.flag("sat");
    boolean relu = a.flag("relu");
    if (to.kind == PtxType.Kind.PACKED) {
      return pack(a, to, from, fraction, relu);
    }
    Lane.F1 f;
    if (from.isFloat() && to.isFloat()) {
      f = floatToFloat(a, from, to, fraction, whole, flush, saturate, relu);
    } else if (from.isFloat()) {
      f = floatToInteger(a, from, to, whole, flush);
    } else if (to.isFloat()) {
      f = integerToFloat(a, from, to, fraction, saturate);
    } else {
      f = saturate ? saturating(from, to) : x -> to.extend(from.extend(x));
    }
    PtxType declared = a.declared(0);
    long keep = declared == null ? -1 : declared.truncate(-1);
    return Loops.unary(new int[] {a.out(0), a.in(1, from)}, f, 0, keep);
  }

  /** {@code cvt.rn.bf16x2.f32 d, a, b}: a becomes the upper half. */
  private static Op pack(Args a, PtxType to, PtxType from, Rounding mode, boolean relu) {
    if (from != PtxType.F32 || mode == null) {
      throw a.unsupported("only from f32, with a rounding mode");
    }
    Format format = Format.of(to);
    Lane.F1 one =
        x -> {
          double v = Format.F32.decode(x);
          return format.encode(relu && v <= 0 ? 0 : v, mode);
        };
    return Loops.binary(
        new int[] {a.out(0), a.in(1, from), a.in(2, from)},
        (x, y) -> one.of(x) << 16 | one.of(y),
        0,
        0xffffffffL);
  }

  private static double decode(PtxType type, long raw) {
    return type == PtxType.F64 ? Double.longBitsToDouble(raw) : Format.of(type).decode(raw);
  }

  private static double flushed(PtxType type, double x, boolean flush) {
    return flush && type == PtxType.F32 ? Format.F32.flush(x) : x;
  }

  private static Lane.F1 floatToFloat(
      Args a,
      PtxType from,
      PtxType to,
      Rounding fraction,
      Rounding whole,
      boolean flush,
      boolean saturate,
      boolean relu) {
    boolean narrows = to.bytes < from.bytes || to == PtxType.TF32 || (from != to && to.bytes == 2);
    if (narrows && fraction == null && whole == null) {
      throw a.unsupported("the rounding mode is missing");
    }
    Rounding mode = fraction == null ? Rounding.RN : fraction;
    return raw -> {
      double x = flushed(from, decode(from, raw), flush);
      x = whole == null ? x : whole.toInteger(x);
      x = to == PtxType.F64 ? x : Format.of(to).round(x, mode);
      x = flushed(to, x, flush);
      x = saturate ? (x > 0 ? Math.min(x, 1) : 0) : x;
      x = relu && x <= 0 ? 0 : x;
      if (to == PtxType.F64) {
        return Double.isNaN(x) ? Numbers.NAN64 : Double.doubleToRawLongBits(x);
      }
      return Format.of(to).encode(x);
    };
  }

  /**
   * NaN gives 0, or for 64 bits and from f64 the number with only the top bit set, as the ISA has
   * it.
   */
  private static Lane.F1 floatToInteger(
      Args a, PtxType from, PtxType to, Rounding mode, boolean flush) {
    if (mode == null) {
      throw a.unsupported("the integer rounding mode is missing");
    }
    long nan = from == PtxType.F64 || to.bytes == 8 ? 1L << (to.bits() - 1) : 0;
    return raw -> {
      double x = mode.toInteger(flushed(from, decode(from, raw), flush));
      return Double.isNaN(x) ? to.extend(nan) : clamp(x, to);
    };
  }

  private static long clamp(double x, PtxType to) {
    if (to.bytes < 8) {
      double low = to.signed() ? -Math.scalb(1.0, to.bits() - 1) : 0;
      double high = Math.scalb(1.0, to.signed() ? to.bits() - 1 : to.bits()) - 1;
      return (long) Math.max(low, Math.min(high, x));
    } else if (to.signed()) {
      return (long) x;
    } else if (x >= 0x1p64) {
      return -1;
    }
    return x < 0x1p63 ? (long) Math.max(0, x) : (long) (x - 0x1p63) + Long.MIN_VALUE;
  }

  private static Lane.F1 integerToFloat(
      Args a, PtxType from, PtxType to, Rounding mode, boolean saturate) {
    if (mode == null) {
      throw a.unsupported("the rounding mode is missing");
    }
    if (to == PtxType.F64) {
      return raw -> Double.doubleToRawLongBits(toDouble(from.extend(raw), from.signed(), mode));
    }
    Format format = Format.of(to);
    return raw -> {
      double x = format.round(Exact.integer(from.extend(raw), from.signed()), mode);
      return format.encode(saturate ? Math.max(0, Math.min(1, x)) : x);
    };
  }

  private static double toDouble(long x, boolean signed, Rounding mode) {
    long magnitude = signed && x < 0 ? -x : x;
    double high = (magnitude >>> 32) * 0x1p32;
    double sum =
        DoubleRounding.add(
            signed && x < 0 ? -high : high,
            (signed && x < 0 ? -1.0 : 1.0) * (magnitude & 0xffffffffL),
            mode);
    return sum == 0 ? 0 : sum;
  }

  private static Lane.F1 saturating(PtxType from, PtxType to) {
    return raw -> {
      long x = from.extend(raw);
      if (from.signed()) {
        long low = to.signed() ? -1L << (to.bits() - 1) : 0;
        return x < low ? low : !to.signed() && to.bytes == 8 ? x : Math.min(x, highest(to));
      }
      return Long.compareUnsigned(x, highest(to)) > 0 ? highest(to) : x;
    };
  }

  private static long highest(PtxType type) {
    return type.signed() ? (1L << (type.bits() - 1)) - 1 : type.truncate(-1);
  }
}
