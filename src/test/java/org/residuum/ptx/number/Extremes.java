package org.residuum.ptx.number;

/**
 * Minimum and maximum as PTX has them: a NaN loses against a number unless asked for, and -0 is
 * less than +0.
 */
public final class Extremes {
  private Extremes() {}

  public static float min(float x, float y, boolean nan) {
    if (!nan && Float.isNaN(x)) {
      return y;
    }
    return !nan && Float.isNaN(y) ? x : Math.min(x, y);
  }

  public static float max(float x, float y, boolean nan) {
    if (!nan && Float.isNaN(x)) {
      return y;
    }
    return !nan && Float.isNaN(y) ? x : Math.max(x, y);
  }

  public static double min(double x, double y) {
    if (Double.isNaN(x)) {
      return y;
    }
    return Double.isNaN(y) ? x : Math.min(x, y);
  }

  public static double max(double x, double y) {
    if (Double.isNaN(x)) {
      return y;
    }
    return Double.isNaN(y) ? x : Math.max(x, y);
  }
}
