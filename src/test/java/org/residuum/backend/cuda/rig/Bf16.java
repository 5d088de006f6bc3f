package org.residuum.backend.cuda.rig;

/** bfloat16 in Java: the upper half of a float. */
public final class Bf16 {
  private Bf16() {}

  /** To nearest, ties to even; every NaN becomes 0x7fff, as {@code cvt.rn.bf16x2.f32} does it. */
  public static short bits(float x) {
    if (Float.isNaN(x)) {
      return 0x7fff;
    }
    int bits = Float.floatToRawIntBits(x);
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  public static float value(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  public static float round(float x) {
    return value(bits(x));
  }
}
