package org.residuum.ptx.number;

/**
 * Sums, products and quotients of numbers of at most 24 bits, rounded to odd in double precision: a
 * result that is not exact gets an odd last bit. Rounding it once more to at most 51 bits, in any
 * mode, then gives the correctly rounded result (Boldo and Melquiond, "Emulation of FMA and
 * correctly rounded sums", 2008).
 */
public final class Exact {
  private Exact() {}

  /** x + y; an exact zero from opposite signs is -0 when rounding down. */
  public static double add(double x, double y, Rounding mode) {
    double sum = x + y;
    if (sum == 0 && mode == Rounding.RM && sign(x) != sign(y)) {
      return -0.0;
    }
    if (Double.isNaN(sum) || Double.isInfinite(sum)) {
      return sum;
    }
    double part = sum - x;
    return odd(sum, x - (sum - part) + (y - part));
  }

  public static double fma(double x, double y, double z, Rounding mode) {
    return add(x * y, z, mode);
  }

  public static double divide(double x, double y) {
    double quotient = x / y;
    if (Double.isNaN(quotient) || Double.isInfinite(quotient) || quotient == 0) {
      return quotient;
    }
    return odd(quotient, Math.fma(-quotient, y, x) * Math.signum(y));
  }

  public static double sqrt(double x) {
    double root = Math.sqrt(x);
    return x > 0 && !Double.isInfinite(x) ? odd(root, Math.fma(-root, root, x)) : root;
  }

  /** A 64-bit integer, rounded to odd. */
  public static double integer(long x, boolean signed) {
    boolean negative = signed && x < 0;
    long magnitude = negative ? -x : x;
    double value;
    if (magnitude >>> 53 == 0) {
      value = magnitude;
    } else {
      value = (magnitude >>> 11 | ((magnitude & 0x7ff) != 0 ? 1 : 0)) * 2048.0;
    }
    return negative ? -value : value;
  }

  /**
   * {@code nearest} plus {@code error}, where the error is less than half a unit in the last place.
   */
  private static double odd(double nearest, double error) {
    if (error == 0 || (Double.doubleToRawLongBits(nearest) & 1) != 0) {
      return nearest;
    }
    return error > 0 ? Math.nextUp(nearest) : Math.nextDown(nearest);
  }

  private static long sign(double x) {
    return Double.doubleToRawLongBits(x) >>> 63;
  }
}
