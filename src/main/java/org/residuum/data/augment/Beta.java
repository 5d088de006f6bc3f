package org.residuum.data.augment;

/** Random numbers of the distribution Beta(α, α), the same ones on every machine. */
final class Beta {
  private static final double THIRD = 1 / 3.0;

  private Beta() {}

  /**
   * A draw of Beta(α, α): x / (x + y) of two of Gamma(α), by their logarithms, since those of a
   * small α round to 0.
   */
  static double draw(Draws draws, double alpha) {
    double x = logGamma(draws, alpha);
    double y = logGamma(draws, alpha);
    return x == y ? 0.5 : 1 / (1 + StrictMath.exp(y - x));
  }

  /**
   * The logarithm of a draw of Gamma(α, 1), that of α + 1 (Marsaglia and Tsang 2000, section 2)
   * times u^(1 / α) (section 6).
   */
  private static double logGamma(Draws draws, double alpha) {
    double d = alpha + 1 - THIRD;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = normal(draws);
      double v = 1 + c * x;
      if (v > 0) {
        double log = 3 * StrictMath.log(v);
        if (logUnit(draws) < x * x / 2 + d * (1 - v * v * v + log)) {
          return StrictMath.log(d) + log + logUnit(draws) / alpha;
        }
      }
    }
  }

  /** The logarithm of a number that is uniform in (0, 1]. */
  private static double logUnit(Draws draws) {
    return StrictMath.log(1 - draws.unit());
  }

  /** Of the standard normal distribution, by Marsaglia's polar method. */
  private static double normal(Draws draws) {
    while (true) {
      double x = 2 * draws.unit() - 1;
      double y = 2 * draws.unit() - 1;
      double s = x * x + y * y;
      if (s > 0 && s < 1) {
        return x * Math.sqrt(-2 * StrictMath.log(s) / s);
      }
    }
  }
}
