package org.residuum.format.file;

/** Bit-level conversions of the 16-bit and 8-bit floats; rounding is to nearest even. */
final class SmallFloats {
  private static final int ABS = 0x7fffffff;
  private static final int INFINITY = 0x7f800000;

  private SmallFloats() {}

  static float fromHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0) {
      float subnormal = mantissa * 0x1p-24f;
      return sign == 0 ? subnormal : -subnormal;
    }
    int biased = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | biased << 23 | mantissa << 13);
  }

  static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    return (short) (sign | toHalfMagnitude(bits & ABS));
  }

  private static int toHalfMagnitude(int bits) {
    if (bits > INFINITY) {
      return 0x7e00;
    }
    if (bits >= 0x477ff000) { // 65520, half way between the largest half and 2^16
      return 0x7c00;
    }
    if (bits < 0x38800000) { // 2^-14, the smallest normal half
      return (int) Math.rint(Float.intBitsToFloat(bits) * 0x1p24);
    }
    int rounded = bits + 0xfff + (bits >>> 13 & 1);
    return (rounded - (127 - 15 << 23)) >>> 13;
  }

  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & ABS) > INFINITY) {
      return 0x7fc0;
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  static float fromE4m3(byte bits) {
    int exponent = bits >>> 3 & 0xf;
    int mantissa = bits & 7;
    if (exponent == 15 && mantissa == 7) {
      return Float.NaN;
    }
    float magnitude =
        exponent == 0 ? mantissa * 0x1p-9f : Math.scalb(1 + mantissa / 8f, exponent - 7);
    return bits < 0 ? -magnitude : magnitude;
  }
}
