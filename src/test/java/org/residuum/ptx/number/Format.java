package org.residuum.ptx.number;

import org.residuum.ptx.parse.PtxType;

/** A binary floating-point format of at most 32 bits, computed with through double precision. */
public enum Format {
  F16(11, -14, 65504),
  BF16(8, -126, 0x1.fep127),
  TF32(11, -126, 0x1.ffcp127),
  F32(24, -126, Float.MAX_VALUE);

  private final int precision;
  private final int minExponent;
  private final double max;

  Format(int precision, int minExponent, double max) {
    this.precision = precision;
    this.minExponent = minExponent;
    this.max = max;
  }

  /** The format of the type, or of the halves of a packed type. */
  public static Format of(PtxType type) {
    return switch (type) {
      case F16, F16X2 -> F16;
      case BF16, BF16X2 -> BF16;
      case TF32 -> TF32;
      default -> F32;
    };
  }

  /**
   * The number of this format that {@code x} rounds to. {@code x} must be exact or rounded to odd,
   * so that rounding twice is the same as rounding once.
   */
  public double round(double x, Rounding mode) {
    if (x == 0 || Double.isNaN(x) || Double.isInfinite(x)) {
      return x;
    }
    int exponent = Math.max(Math.getExponent(x), minExponent) - precision + 1;
    double scaled = Math.scalb(x, -exponent);
    double rounded = Math.scalb(mode.toInteger(scaled), exponent);
    if (Math.abs(rounded) <= max) {
      return rounded;
    }
    double limit = mode.overflows(x < 0) ? Double.POSITIVE_INFINITY : max;
    return Math.copySign(limit, x);
  }

  /** The value of the bits in a register. */
  public double decode(long raw) {
    return switch (this) {
      case F16 -> halfToDouble((int) raw & 0xffff);
      case BF16 -> Float.intBitsToFloat((int) raw << 16);
      case TF32 -> Float.intBitsToFloat((int) raw & 0xffffe000);
      case F32 -> Float.intBitsToFloat((int) raw);
    };
  }

  /** The bits for a value that {@link #round} returned; the canonical NaN for any NaN. */
  public long encode(double x) {
    return switch (this) {
      case F16 -> Double.isNaN(x) ? 0x7fff : doubleToHalf(x);
      case BF16 -> Double.isNaN(x) ? 0x7fff : Float.floatToRawIntBits((float) x) >>> 16;
      default -> Numbers.bits((float) x);
    };
  }

  public long encode(double x, Rounding mode) {
    return encode(round(x, mode));
  }

  /** Zero of the same sign for a subnormal number. */
  public double flush(double x) {
    return Math.abs(x) < Math.scalb(1.0, minExponent) ? Math.copySign(0, x) : x;
  }

  private static double halfToDouble(int bits) {
    int exponent = bits >>> 10 & 31;
    int fraction = bits & 1023;
    double magnitude;
    if (exponent == 31) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else {
      magnitude = exponent == 0 ? fraction * 0x1p-24 : Math.scalb(1024.0 + fraction, exponent - 25);
    }
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  private static long doubleToHalf(double x) {
    int sign = Double.doubleToRawLongBits(x) < 0 ? 0x8000 : 0;
    double magnitude = Math.abs(x);
    if (Double.isInfinite(x)) {
      return sign | 0x7c00;
    }
    if (magnitude < 0x1p-14) {
      return sign | (int) (magnitude * 0x1p24);
    }
    int exponent = Math.getExponent(magnitude);
    int fraction = (int) Math.scalb(magnitude, 10 - exponent) - 1024;
    return sign | (exponent + 15) << 10 | fraction;
  }
}
