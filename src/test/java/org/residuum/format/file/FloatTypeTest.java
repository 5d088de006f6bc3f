package org.residuum.format.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class FloatTypeTest {
  /** (-1)^s 2^(e-bias) 1.m, subnormal at e = 0; not for the codes of infinities and NaN. */
  private static double value(int code, int exponentBits, int mantissaBits) {
    int bias = (1 << exponentBits - 1) - 1;
    int mantissa = code & (1 << mantissaBits) - 1;
    int exponent = code >> mantissaBits & (1 << exponentBits) - 1;
    double magnitude =
        exponent == 0
            ? mantissa * Math.pow(2, 1 - bias - mantissaBits)
            : (1 + mantissa * Math.pow(2, -mantissaBits)) * Math.pow(2, exponent - bias);
    return (code >> exponentBits + mantissaBits & 1) == 1 ? -magnitude : magnitude;
  }

  private static float decode(FloatType type, int code) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(0, code);
    return type.decode(bytes, 0);
  }

  private static int encode(FloatType type, float value) {
    ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    type.encode(FloatBuffer.wrap(new float[] {value}), bytes);
    return bytes.getShort(0) & 0xffff;
  }

  @Test
  void everyHalfDecodesByTheFormulaAndEncodesToItself() {
    for (int code = 0; code < 1 << 16; code++) {
      float value = decode(FloatType.F16, code);
      if ((code & 0x7c00) != 0x7c00) {
        assertEquals((float) value(code, 5, 10), value, "half " + code);
      }
      if (!Float.isNaN(value)) {
        assertEquals(code, encode(FloatType.F16, value));
      }
    }
    assertEquals(Float.POSITIVE_INFINITY, decode(FloatType.F16, 0x7c00));
    assertTrue(Float.isNaN(decode(FloatType.F16, 0x7e00)));
  }

  @Test
  void everyBfloat16IsTheUpperHalfOfAFloat() {
    for (int code = 0; code < 1 << 16; code++) {
      float value = decode(FloatType.BF16, code);
      assertEquals(code << 16, Float.floatToRawIntBits(value));
      if (!Float.isNaN(value)) {
        assertEquals(code, encode(FloatType.BF16, value));
      }
    }
  }

  @Test
  void everyEightBitFloatDecodesByTheFormula() {
    for (int code = 0; code < 256; code++) {
      if ((code & 0x7f) != 0x7f) {
        assertEquals((float) value(code, 4, 3), decode(FloatType.F8_E4M3, code), "e4m3 " + code);
      }
      if ((code & 0x7c) != 0x7c) {
        assertEquals((float) value(code, 5, 2), decode(FloatType.F8_E5M2, code), "e5m2 " + code);
      }
    }
    assertEquals(448f, decode(FloatType.F8_E4M3, 0x7e));
    assertTrue(Float.isNaN(decode(FloatType.F8_E4M3, 0xff)));
    assertEquals(Float.NEGATIVE_INFINITY, decode(FloatType.F8_E5M2, 0xfc));
  }

  @Test
  void roundingIsToNearestAndToEvenInTheMiddle() {
    for (FloatType type : new FloatType[] {FloatType.F16, FloatType.BF16}) {
      int infinity = type == FloatType.F16 ? 0x7c00 : 0x7f80;
      for (int code = 0; code < infinity - 1; code++) {
        float low = decode(type, code);
        float high = decode(type, code + 1);
        float middle = (float) (((double) low + high) / 2);
        assertEquals((code & 1) == 0 ? code : code + 1, encode(type, middle), type + " " + code);
        assertEquals(code, encode(type, Math.nextDown(middle)));
        assertEquals(code + 1, encode(type, Math.nextUp(middle)));
      }
    }
  }

  @Test
  void whatIsTooLargeBecomesInfinityAndNanStaysNan() {
    assertEquals(0x7bff, encode(FloatType.F16, Math.nextDown(65520f)));
    assertEquals(0x7c00, encode(FloatType.F16, 65520f));
    assertEquals(0xfc00, encode(FloatType.F16, Float.NEGATIVE_INFINITY));
    assertEquals(0x7f80, encode(FloatType.BF16, Float.MAX_VALUE));
    assertTrue(Float.isNaN(decode(FloatType.F16, encode(FloatType.F16, Float.NaN))));
    float lastBitNan = Float.intBitsToFloat(0x7f800001);
    assertTrue(Float.isNaN(decode(FloatType.BF16, encode(FloatType.BF16, lastBitNan))));
  }

  @Test
  void bigEndianBuffersAreHonoured() {
    ByteBuffer big = ByteBuffer.allocate(8).putDouble(0.5).flip();
    assertEquals(0.5f, FloatType.F64.decode(big).get(0));
    assertEquals(0.5f, FloatType.F32.decode(ByteBuffer.allocate(4).putFloat(0.5f).flip()).get(0));
  }

  @Test
  void overflowIsWhereRoundingGivesAnInfinity() {
    for (FloatType type : new FloatType[] {FloatType.F16, FloatType.BF16, FloatType.F32}) {
      for (float at : new float[] {65519.99f, 65520, 3.3961774e38f, 3.3961776e38f}) {
        ByteBuffer bytes = ByteBuffer.allocate(type.bytes());
        type.encode(at, bytes);
        boolean infinite = Float.isInfinite(type.decode(bytes, 0));
        assertEquals(infinite, type.overflows(at), type + " " + at);
        assertEquals(infinite, type.overflows(-at), type + " " + -at);
      }
      assertFalse(type.overflows(Float.POSITIVE_INFINITY));
    }
  }
}
