package org.residuum.cli.depth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A scale of a chart.
 *
 * @param low the value at its beginning, above 0 where it is logarithmic
 * @param high the value at its end
 */
record Axis(String title, boolean logarithmic, double low, double high) {
  private static final int MOST_TICKS = 7;

  /** An axis that holds all finite values; a logarithmic one ends at {@code floor}. */
  static Axis over(String title, boolean logarithmic, double floor, List<double[]> values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double[] some : values) {
      for (double value : some) {
        double shown = logarithmic ? Math.max(floor, value) : value;
        low = Double.isFinite(shown) ? Math.min(low, shown) : low;
        high = Double.isFinite(shown) ? Math.max(high, shown) : high;
      }
    }
    if (!(low <= high)) {
      return new Axis(title, logarithmic, 1, 10);
    }
    if (logarithmic) {
      double from = Math.pow(10, Math.floor(Math.log10(low)));
      double to = Math.pow(10, Math.ceil(Math.log10(high)));
      return new Axis(title, true, from, to > from ? to : 10 * from);
    }
    return new Axis(title, false, low, high > low ? high : low + 1);
  }

  /** Where a value lies, 0 to 1; beyond either end at that end. */
  double place(double value) {
    double share =
        logarithmic
            ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
            : (value - low) / (high - low);
    return Math.max(0, Math.min(1, share));
  }

  /** Values to name. */
  double[] ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      int from = (int) Math.ceil(Math.log10(low) - 1e-9);
      int to = (int) Math.floor(Math.log10(high) + 1e-9);
      int step = Math.max(1, (to - from + MOST_TICKS - 1) / MOST_TICKS);
      for (int power = from; power <= to; power += step) {
        ticks.add(Math.pow(10, power));
      }
    } else {
      double step = step();
      for (double tick = Math.ceil(low / step - 1e-9) * step;
          tick <= high + step / 1e6;
          tick += step) {
        ticks.add(tick);
      }
    }
    return ticks.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** 1, 2 or 5 times a power of ten. */
  private double step() {
    double least = (high - low) / MOST_TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double factor = least / power;
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
  }

  /** A tick in words. */
  String label(double tick) {
    if (logarithmic && (tick < 0.01 || tick > 9999)) {
      return String.format(Locale.ROOT, "1e%d", Math.round(Math.log10(tick)));
    }
    String text = String.format(Locale.ROOT, "%.3f", tick).replaceAll("\\.?0+$", "");
    return text.equals("-0") ? "0" : text;
  }
}
