package org.residuum.train;

import org.residuum.data.prepare.SplitMix;

/** The random numbers of a batch, which (seed, epoch, batch) decide, on every machine alike. */
final class MixDraws {
  /** The stream beside those of the order and the augmentation of an epoch. */
  private static final long MIX = 3;

  private static final double THIRD = 1 / 3.0;

  private final long key;
  private long drawn;

  MixDraws(long seed, int epoch, int batch) {
    key = SplitMix.at(SplitMix.at(SplitMix.at(seed, epoch), MIX), batch);
  }

  /** Uniform in [0, 1). */
  double unit() {
    return SplitMix.unit(SplitMix.at(key, drawn++));
  }

  /** Uniform in 0..n - 1. */
  int below(int n) {
    return SplitMix.below(SplitMix.at(key, drawn++), n);
  }

  /**
   * Of Beta(α, α): x / (x + y) of two of Gamma(α), by their logarithms, since those of a small α
   * round to 0.
   */
  double beta(double alpha) {
    double x = logGamma(alpha);
    double y = logGamma(alpha);
    return x == y ? 0.5 : 1 / (1 + StrictMath.exp(y - x));
  }

  /**
   * The logarithm of a draw of Gamma(α, 1), that of α + 1 (Marsaglia and Tsang 2000, section 2)
   * times u^(1 / α) (section 6).
   */
  private double logGamma(double alpha) {
    double d = alpha + 1 - THIRD;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = 1 + c * x;
      if (v > 0) {
        double log = 3 * StrictMath.log(v);
        if (logUnit() < x * x / 2 + d * (1 - v * v * v + log)) {
          return StrictMath.log(d) + log + logUnit() / alpha;
        }
      }
    }
  }

  /** The logarithm of a number that is uniform in (0, 1]. */
  private double logUnit() {
    return StrictMath.log(1 - unit());
  }

  /** Of the standard normal distribution, by Marsaglia's polar method. */
  private double normal() {
    while (true) {
      double x = 2 * unit() - 1;
      double y = 2 * unit() - 1;
      double s = x * x + y * y;
      if (s > 0 && s < 1) {
        return x * Math.sqrt(-2 * StrictMath.log(s) / s);
      }
    }
  }
}
