package org.residuum.bench;

import java.util.Arrays;
import java.util.Locale;

/** Numbers of the same kind, one a round. */
public record Sample(double[] values) {
  public double median() {
    return quantile(0.5);
  }

  /** Linear between the nearest ranks. */
  public double quantile(double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double rank = share * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }

  /** Round by round. */
  public Sample over(Sample other) {
    double[] ratios = new double[values.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values[i] / other.values[i];
    }
    return new Sample(ratios);
  }

  /** Median and quartiles, for example {@code 23.1 (22.0–23.9)}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.4g (%.4g–%.4g)", median(), quantile(0.25), quantile(0.75));
  }
}
