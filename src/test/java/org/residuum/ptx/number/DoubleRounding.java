package org.residuum.ptx.number;

import java.math.BigDecimal;

/**
 * Double-precision arithmetic in the directed rounding modes, by comparison with the exact result.
 */
public final class DoubleRounding {
  private DoubleRounding() {}

  public static double add(double x, double y, Rounding mode) {
    double r = x + y;
    if (r == 0
        && mode == Rounding.RM
        && 1 / x != 1 / y
        && (x != 0 || y != 0 || Math.signum(1 / x) != Math.signum(1 / y))) {
      return -0.0;
    }
    return finite(x, y) ? adjust(r, big(x).add(big(y)), mode) : r;
  }

  public static double multiply(double x, double y, Rounding mode) {
    double r = x * y;
    return finite(x, y) ? adjust(r, big(x).multiply(big(y)), mode) : r;
  }

  public static double fma(double x, double y, double z, Rounding mode) {
    double r = Math.fma(x, y, z);
    if (!finite(x, y) || !finite(z, z)) {
      return r;
    }
    BigDecimal exact = big(x).multiply(big(y)).add(big(z));
    if (exact.signum() == 0) {
      return mode == Rounding.RM && Math.signum(1 / (x * y)) != Math.signum(1 / z) ? -0.0 : r;
    }
    return adjust(r, exact, mode);
  }

  public static double divide(double x, double y, Rounding mode) {
    double r = x / y;
    if (!finite(x, y) || x == 0 || y == 0 || mode == Rounding.RN) {
      return r;
    }
    if (Double.isInfinite(r)) {
      return mode.overflows(r < 0) ? r : Math.copySign(Double.MAX_VALUE, r);
    }
    int side = big(x).compareTo(big(r).multiply(big(y))) * (y < 0 ? -1 : 1);
    return step(r, side, mode);
  }

  public static double sqrt(double x, Rounding mode) {
    double r = Math.sqrt(x);
    return finite(r, r) && r > 0 ? step(r, big(x).compareTo(big(r).multiply(big(r))), mode) : r;
  }

  private static boolean finite(double x, double y) {
    return Double.isFinite(x) && Double.isFinite(y);
  }

  private static BigDecimal big(double x) {
    return new BigDecimal(x);
  }

  private static double adjust(double nearest, BigDecimal exact, Rounding mode) {
    if (mode == Rounding.RN) {
      return nearest;
    }
    if (Double.isInfinite(nearest)) {
      return mode.overflows(nearest < 0) ? nearest : Math.copySign(Double.MAX_VALUE, nearest);
    }
    return step(nearest, exact.compareTo(big(nearest)), mode);
  }

  /**
   * Steps from the nearest number to the one on the side that the mode wants; {@code side} is where
   * the exact one lies.
   */
  private static double step(double nearest, int side, Rounding mode) {
    boolean down =
        mode == Rounding.RM || (mode == Rounding.RZ && (nearest > 0 || (nearest == 0 && side > 0)));
    boolean up = mode == Rounding.RP || (mode == Rounding.RZ && !down);
    if (side < 0 && down) {
      return Math.nextDown(nearest);
    }
    return side > 0 && up ? Math.nextUp(nearest) : nearest;
  }
}
