package org.residuum.cli.bench;

import java.util.Arrays;

/**
 * How long runs took, in seconds. A quantile q is the smallest time that at least q of all runs did
 * not exceed.
 */
record Quantiles(double p50, double p95, double p99) {
  static Quantiles of(double[] seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return new Quantiles(at(sorted, 0.50), at(sorted, 0.95), at(sorted, 0.99));
  }

  private static double at(double[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(1, rank) - 1];
  }
}
