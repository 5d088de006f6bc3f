package org.residuum.data.prepare;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * For each position of a resized side the pixels that it is the weighted sum of, as PIL computes
 * them: in double precision, normalised to a sum of 1, then in fixed point.
 */
final class Taps {
  /** Fractional bits of a weight; with 8 bits of a pixel and 2 to spare they make 32. */
  static final int FRACTION_BITS = 32 - 8 - 2;

  /** What a sum begins with, so that it is rounded. */
  static final int HALF = 1 << (FRACTION_BITS - 1);

  /** For each position the first pixel. */
  final int[] first;

  /** The weights of position i are those in {@code [start[i], start[i + 1])}. */
  final int[] start;

  final int[] weights;

  /** Whether the side keeps its length, so that each position is one pixel. */
  final boolean isIdentity;

  private Taps(int[] first, int[] start, int[] weights, boolean isIdentity) {
    this.first = first;
    this.start = start;
    this.weights = weights;
    this.isIdentity = isIdentity;
  }

  /**
   * @param inSize pixels of the side before resizing
   * @param support of the kernel: it is 0 from this distance on
   * @param kernel the weight at a distance, in pixels of the larger scale
   */
  static Taps of(int inSize, Bilinear.Span span, double support, DoubleUnaryOperator kernel) {
    double scale = (double) inSize / span.side();
    double stretch = Math.max(1.0, scale);
    double reach = support * stretch;
    int[] first = new int[span.length()];
    int[] start = new int[span.length() + 1];
    int[] weights = new int[(int) Math.min(inSize, Math.ceil(reach) * 2 + 1)];
    for (int i = 0; i < span.length(); i++) {
      double center = (span.from() + i + 0.5) * scale;
      int from = Math.max(0, (int) (center - reach + 0.5));
      int to = Math.min(inSize, (int) (center + reach + 0.5));
      first[i] = from;
      start[i + 1] = start[i] + to - from;
      if (start[i + 1] > weights.length) {
        weights = Arrays.copyOf(weights, Math.max(start[i + 1], 2 * weights.length));
      }
      put(weights, start[i], weightsOf(from, to, center, stretch, kernel));
    }
    return new Taps(first, start, weights, inSize == span.side());
  }

  private static double[] weightsOf(
      int from, int to, double center, double stretch, DoubleUnaryOperator kernel) {
    double[] real = new double[to - from];
    double total = 0;
    for (int k = 0; k < real.length; k++) {
      real[k] = kernel.applyAsDouble((k + from - center + 0.5) * (1.0 / stretch));
      total += real[k];
    }
    for (int k = 0; k < real.length; k++) {
      real[k] = real[k] / total;
    }
    return real;
  }

  private static void put(int[] weights, int at, double[] real) {
    for (double weight : real) {
      weights[at++] = (int) (Math.copySign(0.5, weight) + weight * (1 << FRACTION_BITS));
    }
  }

  int positions() {
    return first.length;
  }

  /** The pixels of position i end before this one. */
  int end(int i) {
    return first[i] + start[i + 1] - start[i];
  }

  int firstPixel() {
    return first[0];
  }

  int endOfPixels() {
    return end(first.length - 1);
  }

  /** The most weights that a position has. */
  int most() {
    int most = 0;
    for (int i = 0; i < first.length; i++) {
      most = Math.max(most, start[i + 1] - start[i]);
    }
    return most;
  }

  static byte pixel(int sum) {
    return (byte) clamped(sum);
  }

  static int clamped(int sum) {
    return Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }
}
