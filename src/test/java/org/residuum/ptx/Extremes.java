package org.residuum.ptx;

/**
 * Minimum and maximum as PTX has them: a NaN loses against a number unless asked for, and -0 is
 * less than +0.
 */
final class Extremes {
  private Extremes() {}

  static float min(float x, float y, boolean nan) {
    if (!nan && Float.isNaN(x)) {
      return y;
    }
    return !nan && Float.isNaN(y) ? x : Math.min(x, y);
  }

  static float max(float x, float y, boolean nan) {
    if (!nan && Float.isNaN(x)) {
      return y;
    }
    return !nan && Float.isNaN(y) ? x : Math.max(x, y);
  }

  static double min(double x, double y) {
    if (Double.isNaN(x)) {
      return y;
    }
    return Double.isNaN(y) ? x : Math.min(x, y);
  }

  static double max(double x, double y) {
    if (Double.isNaN(x)) {
      return y;
    }
    return Double.isNaN(y) ? x : Math.max(x, y);
  }
}
