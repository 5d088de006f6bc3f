package org.residuum.ptx.number;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.ptx.Snippet;

class ConversionTest {
  private static final int ALL = 1 << 16;

  private static long[] all16() {
    long[] values = new long[ALL];
    for (int i = 0; i < ALL; i++) {
      values[i] = i;
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({"f16,true", "bf16,false"})
  void everySixteenBitNumberWidensExactly(String type, boolean half) {
    long[] x = all16();
    long[] d = Snippet.map("cvt.f32." + type + " %d, %x;", "b16", "b32", x);
    for (int i = 0; i < ALL; i++) {
      float want = (float) HalfArithmeticTest.value(i, half);
      long bits = Float.isNaN(want) ? 0x7fffffffL : Float.floatToRawIntBits(want) & 0xffffffffL;
      assertEquals(bits, d[i], type + " 0x" + Integer.toHexString(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"f16,true,rn", "f16,true,rz", "bf16,false,rn", "bf16,false,rz"})
  void everySixteenBitNumberAndItsNeighboursNarrow(String type, boolean half, String mode) {
    long[] x = new long[3 * ALL];
    for (int i = 0; i < ALL; i++) {
      float v = (float) HalfArithmeticTest.value(i, half);
      float next = (float) HalfArithmeticTest.value(i + 1, half);
      // The number, the tie to the next one, and just beside the tie.
      float middle = (float) ((double) v + ((double) next - v) / 2);
      x[3 * i] = Float.floatToRawIntBits(v) & 0xffffffffL;
      x[3 * i + 1] = Float.floatToRawIntBits(middle) & 0xffffffffL;
      x[3 * i + 2] = Float.floatToRawIntBits(Math.nextUp(middle)) & 0xffffffffL;
    }
    long[] d = Snippet.map("cvt." + mode + "." + type + ".f32 %d, %x;", "b32", "b16", x);
    int infinity = half ? 0x7c00 : 0x7f80;
    for (int i = 0; i < x.length; i++) {
      float v = Float.intBitsToFloat((int) x[i]);
      int number = i / 3;
      int above = number + 1;
      int want =
          switch (i % 3) {
            case 0 -> number;
            case 1 -> mode.equals("rn") && (number & 1) != 0 ? above : number;
            default -> mode.equals("rn") && number < 0x8000 ? above : number;
          };
      boolean finite = (number & 0x7fff) < infinity - 1;
      if (Float.isNaN(v)) {
        assertEquals(0x7fff, d[i]);
      } else if (finite || i % 3 == 0) {
        assertEquals(want, d[i], type + " " + v);
      }
    }
  }

  @Test
  void packedConversionPutsTheFirstOperandIntoTheUpperHalf() {
    Samples samples = new Samples("cvt.rn.bf16x2.f32");
    long[] x = samples.singles(1024);
    long[] y = samples.singles(1024);
    long[] d = Snippet.map("cvt.rn.bf16x2.f32 %d, %x, %y;", "b32", "b32", x, y);
    long[] upper = Snippet.map("cvt.rn.bf16.f32 %d, %x;", "b32", "b16", x);
    long[] lower = Snippet.map("cvt.rn.bf16.f32 %d, %x;", "b32", "b16", y);
    for (int i = 0; i < d.length; i++) {
      assertEquals(upper[i] << 16 | lower[i], d[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rni", "rzi", "rmi", "rpi"})
  void singlesBecomeIntegersClampedAndNanBecomesZero(String mode) {
    RoundingMode rounding =
        switch (mode) {
          case "rni" -> RoundingMode.HALF_EVEN;
          case "rzi" -> RoundingMode.DOWN;
          case "rmi" -> RoundingMode.FLOOR;
          default -> RoundingMode.CEILING;
        };
    integers(mode, "s32", 32, rounding, -0x1p31, 0x1p31 - 1, 0);
    integers(mode, "u32", 32, rounding, 0, 0x1p32 - 1, 0);
    integers(mode, "s16", 16, rounding, -0x1p15, 0x1p15 - 1, 0);
    integers(mode, "u8", 16, rounding, 0, 255, 0);
    integers(mode, "s64", 64, rounding, -0x1p63, 0x1p63, Long.MIN_VALUE);
  }

  private static void integers(
      String mode,
      String type,
      int bits,
      RoundingMode rounding,
      double low,
      double high,
      long nan) {
    Samples samples = new Samples("cvt." + mode + "." + type + ".f32");
    long[] x = samples.singles(1024);
    long[] d = Snippet.map("cvt." + mode + "." + type + ".f32 %d, %x;", "b32", "b" + bits, x);
    for (int i = 0; i < x.length; i++) {
      float v = Float.intBitsToFloat((int) x[i]);
      long want = nan;
      if (!Float.isNaN(v)) {
        double clamped = Math.max(low, Math.min(high, v));
        BigDecimal whole = new BigDecimal(clamped).setScale(0, rounding);
        want = clamped >= 0x1p63 ? Long.MAX_VALUE : whole.longValueExact();
      }
      want = bits == 64 ? want : want & (1L << bits) - 1;
      assertEquals(want, d[i], mode + " " + type + " " + v);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rn", "rz", "rm", "rp"})
  void integersBecomeSinglesInEachRoundingMode(String mode) {
    Samples samples = new Samples("cvt." + mode + ".f32 from integers");
    long[] x = samples.integers(1024, 64);
    long[] signed = Snippet.map("cvt." + mode + ".f32.s64 %d, %x;", "b64", "b32", x);
    long[] unsigned = Snippet.map("cvt." + mode + ".f32.u64 %d, %x;", "b64", "b32", x);
    long[] doubles = Snippet.map("cvt." + mode + ".f64.s64 %d, %x;", "b64", "b64", x);
    for (int i = 0; i < x.length; i++) {
      BigDecimal s = new BigDecimal(x[i]);
      BigDecimal u = new BigDecimal(Long.toUnsignedString(x[i]));
      assertEquals(
          Oracle.single(s, mode, 0f), Float.intBitsToFloat((int) signed[i]), mode + " " + s);
      assertEquals(
          Oracle.single(u, mode, 0f), Float.intBitsToFloat((int) unsigned[i]), mode + " " + u);
      double want = Oracle.round(s, mode, 53, -1074, Double.MAX_VALUE, 0);
      assertEquals(want, Double.longBitsToDouble(doubles[i]), mode + " " + s);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rn", "rz", "rm", "rp"})
  void doublesNarrowToSinglesInEachRoundingMode(String mode) {
    Samples samples = new Samples("cvt." + mode + ".f32.f64");
    long[] x = samples.doubles(1024);
    long[] d = Snippet.map("cvt." + mode + ".f32.f64 %d, %x;", "b64", "b32", x);
    for (int i = 0; i < x.length; i++) {
      double v = Double.longBitsToDouble(x[i]);
      float want = (float) v;
      if (Double.isFinite(v)) {
        want = Oracle.single(new BigDecimal(v), mode, (float) v);
      }
      assertEquals(want, Float.intBitsToFloat((int) d[i]), mode + " " + v);
    }
  }

  @Test
  void integersExtendTruncateAndSaturate() {
    Samples samples = new Samples("cvt of integers");
    long[] x = samples.integers(2048, 32);
    check("cvt.s32.s8", x, v -> (byte) v);
    check("cvt.u32.u8", x, v -> (byte) v & 0xff);
    check("cvt.s32.s16", x, v -> (short) v);
    check("cvt.sat.u8.s32", x, v -> Math.max(0, Math.min(255, v)));
    check("cvt.sat.s8.s32", x, v -> Math.max(-128, Math.min(127, v)));
    check("cvt.sat.s16.u32", x, v -> (int) Math.min(32767, v & 0xffffffffL));
  }

  private static void check(String opcode, long[] x, java.util.function.IntUnaryOperator want) {
    long[] d = Snippet.map(opcode + " %d, %x;", "b32", "b32", x);
    for (int i = 0; i < x.length; i++) {
      assertEquals(want.applyAsInt((int) x[i]), (int) d[i], opcode + " " + (int) x[i]);
    }
  }

  @Test
  void tf32RoundsTiesAwayFromZero() {
    float tie = 1 + 0x1p-11f;
    long[] x = {
      Float.floatToRawIntBits(tie),
      Float.floatToRawIntBits(-tie) & 0xffffffffL,
      Float.floatToRawIntBits(Math.nextDown(tie))
    };
    long[] d = Snippet.map("cvt.rna.tf32.f32 %d, %x;", "b32", "b32", x);
    assertEquals(1 + 0x1p-10f, Float.intBitsToFloat((int) d[0]));
    assertEquals(-1 - 0x1p-10f, Float.intBitsToFloat((int) d[1]));
    assertEquals(1f, Float.intBitsToFloat((int) d[2]));
  }
}
