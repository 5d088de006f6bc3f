package org.residuum.ptx.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rounding of exact decimal numbers to a binary format by integer arithmetic: a second way to the
 * same results as the interpreter's, which goes through doubles.
 */
final class Oracle {
  private static final Map<Integer, BigDecimal> POWERS = new ConcurrentHashMap<>();

  private Oracle() {}

  static BigDecimal exact(double x) {
    return new BigDecimal(x);
  }

  /**
   * The exact number rounded to single precision; {@code zero} is the result where it is exactly
   * zero.
   */
  static float single(BigDecimal exact, String mode, float zero) {
    return (float) round(exact, mode, 24, -149, Float.MAX_VALUE, zero);
  }

  static double round(
      BigDecimal exact, String mode, int precision, int lowest, double max, double zero) {
    if (exact.signum() == 0) {
      return zero;
    }
    boolean negative = exact.signum() < 0;
    BigDecimal magnitude = exact.abs();
    double rough = magnitude.doubleValue();
    int exponent = Math.max(lowest, Math.getExponent(rough) - precision);
    while (magnitude.compareTo(power(exponent + precision)) >= 0) {
      exponent++;
    }
    BigDecimal[] parts = magnitude.divideAndRemainder(power(exponent));
    BigInteger units = parts[0].toBigInteger();
    int half = parts[1].add(parts[1]).compareTo(power(exponent));
    boolean up =
        switch (mode) {
          case "rn" -> half > 0 || (half == 0 && units.testBit(0));
          case "rz" -> false;
          case "rm" -> negative && parts[1].signum() > 0;
          default -> !negative && parts[1].signum() > 0;
        };
    units = up ? units.add(BigInteger.ONE) : units;
    BigDecimal result = new BigDecimal(units).multiply(power(exponent));
    double value;
    if (result.compareTo(new BigDecimal(max)) > 0) {
      boolean infinite = mode.equals("rn") || mode.equals(negative ? "rm" : "rp");
      value = infinite ? Double.POSITIVE_INFINITY : max;
    } else {
      value = result.doubleValue();
    }
    return negative ? -value : value;
  }

  private static BigDecimal power(int exponent) {
    return POWERS.computeIfAbsent(
        exponent,
        e -> e >= 0 ? new BigDecimal(BigInteger.ONE.shiftLeft(e)) : new BigDecimal(0.5).pow(-e));
  }
}
