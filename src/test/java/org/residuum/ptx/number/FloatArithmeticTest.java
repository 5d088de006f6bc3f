package org.residuum.ptx.number;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.ptx.Snippet;

class FloatArithmeticTest {
  private static final int N = 1024;

  private interface Float2 {
    float of(float x, float y);
  }

  private interface Exact2 {
    BigDecimal of(BigDecimal x, BigDecimal y);
  }

  private static float f(long raw) {
    return Float.intBitsToFloat((int) raw);
  }

  private static long bits(float x) {
    return (Float.isNaN(x) ? 0x7fffffff : Float.floatToRawIntBits(x)) & 0xffffffffL;
  }

  private static float flushed(float x) {
    return Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0f, x) : x;
  }

  private static void single(String opcode, Float2 expected) {
    Samples samples = new Samples(opcode);
    long[] x = samples.singles(N);
    long[] y = samples.singles(N);
    long[] d = Snippet.map(opcode + " %d, %x, %y;", "b32", "b32", x, y);
    for (int i = 0; i < N; i++) {
      long want = bits(expected.of(f(x[i]), f(y[i])));
      String what = String.format("%s %s, %s", opcode, f(x[i]), f(y[i]));
      assertEquals(Long.toHexString(want), Long.toHexString(d[i]), what);
    }
  }

  @Test
  void nearestRoundingIsJavasOwn() {
    single("add.f32", Float::sum);
    single("sub.rn.f32", (x, y) -> x - y);
    single("mul.f32", (x, y) -> x * y);
    single("div.rn.f32", (x, y) -> x / y);
  }

  @Test
  void flushToZeroFlushesOperandsAndResults() {
    single("add.ftz.f32", (x, y) -> flushed(flushed(x) + flushed(y)));
    single("mul.rn.ftz.f32", (x, y) -> flushed(flushed(x) * flushed(y)));
    single("div.rn.ftz.f32", (x, y) -> flushed(flushed(x) / flushed(y)));
  }

  @Test
  void saturationClampsToTheUnitIntervalAndNanToZero() {
    single("add.sat.f32", (x, y) -> Float.isNaN(x + y) ? 0f : x + y > 0 ? Math.min(1f, x + y) : 0f);
    single("mul.sat.f32", (x, y) -> Float.isNaN(x * y) ? 0f : x * y > 0 ? Math.min(1f, x * y) : 0f);
  }

  @Test
  void minimumAndMaximumPreferNumbersToNan() {
    single("min.f32", (x, y) -> Float.isNaN(x) ? y : Float.isNaN(y) ? x : Math.min(x, y));
    single("max.f32", (x, y) -> Float.isNaN(x) ? y : Float.isNaN(y) ? x : Math.max(x, y));
    single("max.NaN.f32", Math::max);
    single("min.NaN.f32", Math::min);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rn", "rz", "rm", "rp"})
  void directedRoundingIsTheExactResultRounded(String mode) {
    directed("add." + mode + ".f32", mode, BigDecimal::add, Float::sum);
    directed("sub." + mode + ".f32", mode, BigDecimal::subtract, (x, y) -> x - y);
    directed("mul." + mode + ".f32", mode, BigDecimal::multiply, (x, y) -> x * y);
    // 200 digits decide every quotient of two 24-bit numbers, whose expansions differ from a tie
    // within 60.
    directed(
        "div." + mode + ".f32", mode, (x, y) -> x.divide(y, new MathContext(200)), (x, y) -> x / y);
  }

  private static void directed(String opcode, String mode, Exact2 exact, Float2 nearest) {
    single(
        opcode,
        (x, y) -> {
          float near = nearest.of(x, y);
          boolean division = opcode.startsWith("div");
          if (!Float.isFinite(x) || !Float.isFinite(y) || (division && y == 0)) {
            return near;
          }
          float zero = near;
          if (mode.equals("rm") && !opcode.startsWith("mul") && !division) {
            float second = opcode.startsWith("sub") ? -y : y;
            boolean bothPlus =
                Float.floatToRawIntBits(x) == 0 && Float.floatToRawIntBits(second) == 0;
            zero = bothPlus ? 0f : -0f;
          }
          return Oracle.single(exact.of(Oracle.exact(x), Oracle.exact(y)), mode, zero);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"rn", "rz", "rm", "rp"})
  void fusedMultiplyAddRoundsOnce(String mode) {
    Samples samples = new Samples("fma." + mode);
    long[] x = samples.singles(N);
    long[] y = samples.singles(N);
    long[] z = samples.singles(N);
    for (int i = 0; i < N; i += 2) {
      // Cancellation: z close to -xy.
      z[i] = bits(-f(x[i]) * f(y[i]));
    }
    long[] d = Snippet.map("fma." + mode + ".f32 %d, %x, %y, %z;", "b32", "b32", x, y, z);
    for (int i = 0; i < N; i++) {
      float want = Math.fma(f(x[i]), f(y[i]), f(z[i]));
      boolean finite =
          Float.isFinite(f(x[i])) && Float.isFinite(f(y[i])) && Float.isFinite(f(z[i]));
      if (finite && !mode.equals("rn")) {
        BigDecimal exact =
            Oracle.exact(f(x[i])).multiply(Oracle.exact(f(y[i]))).add(Oracle.exact(f(z[i])));
        float zero = want;
        if (exact.signum() == 0 && mode.equals("rm")) {
          double product = (double) f(x[i]) * f(y[i]);
          zero = 1 / product > 0 && 1 / f(z[i]) > 0 && product == 0 ? 0f : -0f;
        }
        want = Oracle.single(exact, mode, zero);
      }
      assertEquals(
          Long.toHexString(bits(want)),
          Long.toHexString(d[i]),
          f(x[i]) + " * " + f(y[i]) + " + " + f(z[i]));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rn", "rz", "rm", "rp"})
  void squareRootAndReciprocalAreTheExactResultRounded(String mode) {
    Samples samples = new Samples("sqrt, rcp." + mode);
    long[] x = samples.singles(N);
    long[] root = Snippet.map("sqrt." + mode + ".f32 %d, %x;", "b32", "b32", x);
    long[] reciprocal = Snippet.map("rcp." + mode + ".f32 %d, %x;", "b32", "b32", x);
    for (int i = 0; i < N; i++) {
      float v = f(x[i]);
      float wantRoot = (float) Math.sqrt(v);
      float wantReciprocal = 1 / v;
      if (Float.isFinite(v) && v != 0) {
        wantReciprocal =
            Oracle.single(BigDecimal.ONE.divide(Oracle.exact(v), new MathContext(200)), mode, 0f);
        wantRoot =
            v > 0 ? Oracle.single(Oracle.exact(v).sqrt(new MathContext(100)), mode, 0f) : wantRoot;
      }
      assertEquals(Long.toHexString(bits(wantRoot)), Long.toHexString(root[i]), "sqrt " + v);
      assertEquals(
          Long.toHexString(bits(wantReciprocal)), Long.toHexString(reciprocal[i]), "1 / " + v);
    }
  }

  @Test
  void doublePrecisionIsJavasOwn() {
    doubles("add.f64", Double::sum);
    doubles("sub.f64", (x, y) -> x - y);
    doubles("mul.f64", (x, y) -> x * y);
    doubles("div.rn.f64", (x, y) -> x / y);
    doubles("min.f64", (x, y) -> Double.isNaN(x) ? y : Double.isNaN(y) ? x : Math.min(x, y));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rz", "rm", "rp"})
  void directedDoublePrecisionIsTheExactResultRounded(String mode) {
    doubles(
        "add." + mode + ".f64",
        (x, y) -> {
          if (!Double.isFinite(x) || !Double.isFinite(y)) {
            return x + y;
          }
          boolean bothPlus =
              Double.doubleToRawLongBits(x) == 0 && Double.doubleToRawLongBits(y) == 0;
          double zero = mode.equals("rm") && !bothPlus ? -0.0 : x + y;
          return Oracle.round(
              Oracle.exact(x).add(Oracle.exact(y)), mode, 53, -1074, Double.MAX_VALUE, zero);
        });
    doubles(
        "mul." + mode + ".f64",
        (x, y) -> {
          if (!Double.isFinite(x) || !Double.isFinite(y)) {
            return x * y;
          }
          return Oracle.round(
              Oracle.exact(x).multiply(Oracle.exact(y)), mode, 53, -1074, Double.MAX_VALUE, x * y);
        });
  }

  private static void doubles(String opcode, DoubleBinaryOperator expected) {
    Samples samples = new Samples(opcode);
    int n = 256;
    long[] x = samples.doubles(n);
    long[] y = samples.doubles(n);
    long[] d = Snippet.map(opcode + " %d, %x, %y;", "b64", "b64", x, y);
    for (int i = 0; i < n; i++) {
      double a = Double.longBitsToDouble(x[i]);
      double b = Double.longBitsToDouble(y[i]);
      double want = expected.applyAsDouble(a, b);
      long wantBits = Double.isNaN(want) ? 0x7fffffffffffffffL : Double.doubleToRawLongBits(want);
      assertEquals(Long.toHexString(wantBits), Long.toHexString(d[i]), opcode + " " + a + ", " + b);
    }
  }

  @Test
  void approximationsAreTheDoublePrecisionResultRounded() {
    approximate("ex2.approx.ftz.f32", x -> Math.pow(2, x), true);
    approximate("lg2.approx.f32", x -> Math.log(x) / Math.log(2), false);
    approximate("rsqrt.approx.f32", x -> 1 / Math.sqrt(x), false);
    approximate("sin.approx.f32", Math::sin, false);
    approximate("cos.approx.f32", Math::cos, false);
    approximate("tanh.approx.f32", Math::tanh, false);
  }

  private static void approximate(String opcode, DoubleUnaryOperator expected, boolean flush) {
    Samples samples = new Samples(opcode);
    long[] x = samples.singles(N);
    long[] d = Snippet.map(opcode + " %d, %x;", "b32", "b32", x);
    for (int i = 0; i < N; i++) {
      float in = flush ? flushed(f(x[i])) : f(x[i]);
      float want = (float) expected.applyAsDouble(in);
      want = flush ? flushed(want) : want;
      if (!Float.isFinite(want) || want == 0) {
        assertEquals(want, f(d[i]), opcode + " " + in);
        continue;
      }
      // The double results may differ in the last bit, which can tip a rounding to float.
      assertEquals(want, f(d[i]), Math.ulp(want), opcode + " " + in);
    }
  }
}
