package org.residuum.ptx.number;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.ptx.Snippet;

class HalfArithmeticTest {
  private static final int N = 1024;

  /** The value of f16 or bf16 bits, by the definition of the formats. */
  static double value(long raw, boolean half) {
    int fractionBits = half ? 10 : 7;
    int bias = half ? 15 : 127;
    int top = half ? 31 : 255;
    int exponent = (int) raw >> fractionBits & top;
    int fraction = (int) raw & (1 << fractionBits) - 1;
    double magnitude =
        exponent == top
            ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
            : Math.scalb(
                fraction + (exponent == 0 ? 0.0 : 1 << fractionBits),
                Math.max(exponent, 1) - bias - fractionBits);
    return (raw >> 15 & 1) != 0 ? -magnitude : magnitude;
  }

  static double rounded(BigDecimal exact, boolean half, String mode, double zero) {
    return half
        ? Oracle.round(exact, mode, 11, -24, 65504, zero)
        : Oracle.round(exact, mode, 8, -133, 0x1.fep127, zero);
  }

  @ParameterizedTest
  @CsvSource({"f16,true", "bf16,false", "f16x2,true", "bf16x2,false"})
  void eachHalfIsTheExactResultRounded(String type, boolean half) {
    Samples samples = new Samples(type);
    boolean packed = type.endsWith("x2");
    int bits = packed ? 32 : 16;
    long[] x = samples.integers(N, bits);
    long[] y = samples.integers(N, bits);
    long[] z = samples.integers(N, bits);
    String word = "b" + bits;
    long[] sum = Snippet.map("add.rn." + type + " %d, %x, %y;", word, word, x, y);
    long[] product = Snippet.map("mul.rn." + type + " %d, %x, %y;", word, word, x, y);
    long[] fused = Snippet.map("fma.rn." + type + " %d, %x, %y, %z;", word, word, x, y, z);
    for (int i = 0; i < N; i++) {
      for (int s = 0; s < bits; s += 16) {
        double a = value(x[i] >>> s, half);
        double b = value(y[i] >>> s, half);
        double c = value(z[i] >>> s, half);
        boolean finite = Double.isFinite(a) && Double.isFinite(b);
        BigDecimal p = finite ? Oracle.exact(a).multiply(Oracle.exact(b)) : null;
        check(
            sum[i] >>> s,
            half,
            finite ? rounded(Oracle.exact(a).add(Oracle.exact(b)), half, "rn", a + b) : a + b);
        check(product[i] >>> s, half, finite ? rounded(p, half, "rn", a * b) : a * b);
        finite &= Double.isFinite(c);
        check(
            fused[i] >>> s,
            half,
            finite ? rounded(p.add(Oracle.exact(c)), half, "rn", a * b + c) : a * b + c);
      }
    }
  }

  private static void check(long raw, boolean half, double want) {
    assertEquals(want, value(raw, half));
    if (Double.isNaN(want)) {
      assertEquals(0x7fff, raw & 0xffff);
    }
  }
}
