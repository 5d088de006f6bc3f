package org.residuum.data.prepare;

import org.residuum.data.Resize.Filter;

/** PIL's filters: the weight of a pixel by its distance. */
final class Kernels {
  private Kernels() {}

  /** The distance from which on the weight is 0, in pixels. */
  static double support(Filter filter) {
    return switch (filter) {
      case NEAREST, BOX -> 0.5;
      case BILINEAR, HAMMING -> 1;
      case BICUBIC -> 2;
      case LANCZOS -> 3;
    };
  }

  static double weight(Filter filter, double distance) {
    double x = Math.abs(distance);
    return switch (filter) {
      case NEAREST, BOX -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
      case BILINEAR -> Math.max(0, 1 - x);
      // PIL's constants are floats.
      case HAMMING -> x >= 1 ? 0 : sinc(x) * (0.54f + 0.46f * Math.cos(x * Math.PI));
      case BICUBIC -> cubic(x);
      case LANCZOS -> distance >= -3 && distance < 3 ? sinc(x) * sinc(x / 3) : 0;
    };
  }

  /** Keys's kernel with a = -0.5: "Cubic convolution interpolation", IEEE ASSP 29, 1981. */
  private static double cubic(double x) {
    double a = -0.5;
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }

  /** sin(πx) / (πx) */
  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }
}
