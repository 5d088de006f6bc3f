package org.residuum.data.prepare;

import org.residuum.data.Augmentation;

/**
 * Where a pixel of a distorted picture comes from, from the middle: (x, y) → (ax + by + e, cx + dy
 * + f).
 */
public record AffineMap(double a, double b, double c, double d, double e, double f) {
  /** The map drawn for one example: leaning, then turned, stretched and shifted. */
  public static AffineMap draw(Augmentation.Distortion limits, long bits) {
    double angle = Math.toRadians(draw(bits, 3, limits.turn()));
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double wide = 1 + draw(bits, 4, limits.stretch());
    double high = 1 + draw(bits, 5, limits.stretch());
    double lean = draw(bits, 6, limits.shear());
    return new AffineMap(
        wide * cos,
        wide * (lean * cos - sin),
        high * sin,
        high * (lean * sin + cos),
        draw(bits, 7, limits.shift()),
        draw(bits, 8, limits.shift()));
  }

  private static double draw(long bits, int stream, double limit) {
    return limit * (2 * SplitMix.unit(SplitMix.at(bits, stream)) - 1);
  }
}
