package org.residuum.text;

import java.util.Locale;

/** Quantities as people read them. */
public final class Units {
  private Units() {}

  /** Decimal, for example {@code 102.4 MB}. */
  public static String bytes(long bytes) {
    return scaled(bytes, "B", 1);
  }

  /** For example {@code 8.18 GFLOP}. */
  public static String flops(long flops) {
    return scaled(flops, "FLOP", 2);
  }

  /** For example {@code 1 min 5 s} or {@code 12.3 s}. */
  public static String seconds(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** For example {@code 1 epoch} or {@code 6,000 epochs}. */
  public static String count(long count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }

  /** For example {@code 98.21 %}. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** With so many digits behind the point; over six before it as for example {@code 7.5e35}. */
  public static String decimal(double value, int digits) {
    return Math.abs(value) < 1e6 || !Double.isFinite(value)
        ? String.format(Locale.ROOT, "%." + digits + "f", value)
        : String.format(Locale.ROOT, "%.1e", value).replaceFirst("e\\+0?", "e");
  }

  private static String scaled(long value, String unit, int digits) {
    String[] prefixes = {"", "k", "M", "G", "T"};
    double scaled = value;
    int prefix = 0;
    while (scaled >= 1000 && prefix < prefixes.length - 1) {
      scaled /= 1000;
      prefix++;
    }
    return prefix == 0
        ? value + " " + unit
        : String.format(Locale.ROOT, "%." + digits + "f %s%s", scaled, prefixes[prefix], unit);
  }
}
