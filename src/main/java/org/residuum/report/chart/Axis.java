package org.residuum.report.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A scale of a chart.
 *
 * @param low the value at its beginning, above 0 where it is logarithmic
 * @param high the value at its end
 */
public record Axis(String title, Scale scale, double low, double high) {
  private static final int MOST_TICKS = 7;

  /** Values this far apart are shown by their logarithms, where none is 0. */
  private static final double WIDE = 50;

  /** How values become places. */
  public enum Scale {
    LINEAR,
    /** Linear, and only whole numbers are named. */
    WHOLE,
    LOGARITHMIC
  }

  /** A logarithmic axis of whole decades that holds all finite values; it ends at {@code floor}. */
  public static Axis decades(String title, double floor, List<double[]> values) {
    double[] shown = finite(values).map(value -> Math.max(floor, value)).toArray();
    if (shown.length == 0) {
      return new Axis(title, Scale.LOGARITHMIC, 1, 10);
    }
    double from = Math.pow(10, Math.floor(Math.log10(DoubleStream.of(shown).min().orElse(1))));
    double to = Math.pow(10, Math.ceil(Math.log10(DoubleStream.of(shown).max().orElse(1))));
    return new Axis(title, Scale.LOGARITHMIC, from, to > from ? to : 10 * from);
  }

  /** A linear axis from the least to the greatest finite value. */
  public static Axis exact(String title, Scale scale, List<double[]> values) {
    double low = finite(values).min().orElse(0);
    double high = finite(values).max().orElse(1);
    return new Axis(title, scale, low, high > low ? high : low + 1);
  }

  /**
   * A linear axis between two ticks that holds all finite values: from 0 where the least of them is
   * not far above it, or where all are one.
   */
  public static Axis around(String title, List<double[]> values) {
    Axis exact = exact(title, Scale.LINEAR, values);
    double most = finite(values).max().orElse(1);
    double from = exact.low > 0 && (exact.low < most / 2 || exact.low == most) ? 0 : exact.low;
    double to = from < most ? most : exact.high;
    double step = new Axis(title, Scale.LINEAR, from, to).step();
    double low = Math.floor(from / step + 1e-9) * step;
    return new Axis(title, Scale.LINEAR, low, Math.ceil(to / step - 1e-9) * step);
  }

  /** As {@link #around}, but logarithmic where the values are above 0 and far apart. */
  public static Axis suited(String title, List<double[]> values) {
    double low = finite(values).min().orElse(0);
    double high = finite(values).max().orElse(0);
    return low > 0 && high > WIDE * low ? decades(title, low, values) : around(title, values);
  }

  private static DoubleStream finite(List<double[]> values) {
    return values.stream().flatMapToDouble(DoubleStream::of).filter(Double::isFinite);
  }

  /** The same within bounds that no value can pass, for example 0 and 100 per cent. */
  public Axis within(double least, double most) {
    return new Axis(title, scale, Math.max(low, least), Math.min(high, most));
  }

  public boolean isLogarithmic() {
    return scale == Scale.LOGARITHMIC;
  }

  /** Where a value lies, 0 to 1; beyond either end at that end. */
  public double place(double value) {
    double share =
        isLogarithmic()
            ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
            : (value - low) / (high - low);
    return Math.max(0, Math.min(1, share));
  }

  /** Values to name. */
  public double[] ticks() {
    List<Double> ticks = new ArrayList<>();
    if (isLogarithmic()) {
      int from = (int) Math.ceil(Math.log10(low) - 1e-9);
      int to = (int) Math.floor(Math.log10(high) + 1e-9);
      int step = Math.max(1, (to - from + MOST_TICKS - 1) / MOST_TICKS);
      for (int power = from; power <= to; power += step) {
        ticks.add(Math.pow(10, power));
      }
    } else {
      double step = step();
      long first = (long) Math.ceil(low / step - 1e-9);
      for (long i = first; i * step <= high + step / 1e6; i++) {
        ticks.add(i * step);
      }
    }
    return ticks.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** 1, 2 or 5 times a power of ten. */
  private double step() {
    double least = (high - low) / MOST_TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double factor = least / power;
    double step = power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    return scale == Scale.WHOLE ? Math.max(1, step) : step;
  }

  /** A tick in words. */
  public String label(double tick) {
    double size = Math.abs(tick);
    if (size == 0) {
      return "0";
    }
    if (isLogarithmic() && (size < 0.01 || size > 9999)) {
      return "1e" + Math.round(Math.log10(tick));
    }
    if (size >= 1e6) {
      return Markup.brief(tick);
    }
    double step = isLogarithmic() ? tick : step();
    if (step < 1e-4) {
      return Markup.brief(Math.rint(tick / step) * step);
    }
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%,." + digits + "f", tick);
  }
}
