package org.residuum.data;

import org.residuum.data.prepare.SplitMix;

/**
 * Random affine maps of training pictures about their middle, sampled bilinearly with black
 * outside: what a slightly different hand or camera would have made (Simard, Steinkraus and Platt,
 * ICDAR 2003). Each amount is drawn evenly from minus to plus its limit.
 *
 * @param shift pixels in each direction, fractions included
 * @param turn degrees
 * @param stretch relative change of height and width, drawn for each
 * @param shear columns a row leans sideways
 */
public record Distortion(double shift, double turn, double stretch, double shear) {
  /** No change. */
  public static final Distortion NONE = new Distortion(0, 0, 0, 0);

  /** What suits characters of a height: a sixteenth of it, 5°, a tenth, a tenth. */
  public static Distortion ofSide(int pixels) {
    return new Distortion(pixels / 16.0, 5, 0.1, 0.1);
  }

  public Distortion {
    requireBelow("shift", shift, 1024);
    requireBelow("turn", turn, 180);
    requireBelow("stretch", stretch, 0.9);
    requireBelow("shear", shear, 0.9);
  }

  private static void requireBelow(String name, double value, double limit) {
    if (!(value >= 0 && value <= limit)) {
      throw new IllegalArgumentException(name + " " + value + " is not in 0.." + limit);
    }
  }

  /**
   * Where a pixel of the result comes from, from the middle: (x, y) → (ax + by + e, cx + dy + f).
   */
  public record Map(double a, double b, double c, double d, double e, double f) {}

  /** The map drawn for one example: leaning, then turned, stretched and shifted. */
  public Map map(long bits) {
    double angle = Math.toRadians(draw(bits, 3, turn));
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double wide = 1 + draw(bits, 4, stretch);
    double high = 1 + draw(bits, 5, stretch);
    double lean = draw(bits, 6, shear);
    return new Map(
        wide * cos,
        wide * (lean * cos - sin),
        high * sin,
        high * (lean * sin + cos),
        draw(bits, 7, shift),
        draw(bits, 8, shift));
  }

  private static double draw(long bits, int stream, double limit) {
    return limit * (2 * SplitMix.unit(SplitMix.at(bits, stream)) - 1);
  }
}
