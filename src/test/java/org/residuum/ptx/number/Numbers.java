package org.residuum.ptx.number;

/** Single-precision values as registers hold them. */
public final class Numbers {
  /** The NaN that single-precision arithmetic returns. */
  static final int NAN32 = 0x7fffffff;

  /** The NaN that double-precision arithmetic returns. */
  public static final long NAN64 = 0x7fffffffffffffffL;

  private Numbers() {}

  public static float f32(long raw) {
    return Float.intBitsToFloat((int) raw);
  }

  /** The register contents for a result: the canonical NaN for any NaN. */
  public static long bits(float x) {
    return (Float.isNaN(x) ? NAN32 : Float.floatToRawIntBits(x)) & 0xffffffffL;
  }

  /** Zero of the same sign for a subnormal where {@code ftz} asks for it. */
  public static float flush(float x, boolean ftz) {
    return ftz && Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0f, x) : x;
  }

  /** The value between 0 and 1 nearest to x; 0 for NaN. */
  public static float saturate(float x) {
    return x > 0 ? Math.min(x, 1f) : 0f;
  }
}
