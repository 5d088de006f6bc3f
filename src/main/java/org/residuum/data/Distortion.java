package org.residuum.data;

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
}
