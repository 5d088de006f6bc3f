package org.residuum.data.prepare;

import java.util.Arrays;
import org.residuum.data.Resize.Filter;

/**
 * For each position of a resized side the pixels that it is the weighted sum of, as PIL computes
 * them: in double precision, normalised to a sum of 1, then in fixed point.
 */
final class Taps {
  /** Fractional bits of a weight; with 8 bits of a pixel and 2 to spare they make 32. */
  static final int FRACTION_BITS = 32 - 8 - 2;

  /** What a sum begins with, so that it is rounded. */
  static final int HALF = 1 << (FRACTION_BITS - 1);

  /** PIL makes no pictures with longer sides. */
  private static final long LONGEST_SUM = 1 << 24;

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
   * @param filter whose kernel is stretched when shrinking
   */
  static Taps of(int inSize, Resampling.Span span, Filter filter) {
    double scale = (double) inSize / span.side();
    if (filter == Filter.NEAREST) {
      return nearest(inSize, span, scale);
    }
    double stretch = Math.max(1.0, scale);
    double reach = Kernels.support(filter) * stretch;
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
      put(weights, start[i], weightsOf(from, to, center, stretch, filter));
    }
    return new Taps(first, start, weights, inSize == span.side());
  }

  /** PIL adds up the scale, so that the sum's rounding decides between two pixels. */
  private static Taps nearest(int inSize, Resampling.Span span, double scale) {
    boolean summed = span.from() <= LONGEST_SUM;
    double at = summed ? 0.5 * scale : (span.from() + 0.5) * scale;
    for (long i = summed ? 0 : span.from(); i < span.from(); i++) {
      at += scale;
    }
    int[] first = new int[span.length()];
    int[] start = new int[span.length() + 1];
    int[] weights = new int[span.length()];
    for (int i = 0; i < first.length; i++) {
      first[i] = Math.min(inSize - 1, (int) at);
      start[i + 1] = i + 1;
      weights[i] = 1 << FRACTION_BITS;
      at += scale;
    }
    return new Taps(first, start, weights, inSize == span.side());
  }

  private static double[] weightsOf(
      int from, int to, double center, double stretch, Filter filter) {
    double[] real = new double[to - from];
    double total = 0;
    for (int k = 0; k < real.length; k++) {
      real[k] = Kernels.weight(filter, (k + from - center + 0.5) * (1.0 / stretch));
      total += real[k];
    }
    for (int k = 0; k < real.length; k++) {
      real[k] = total == 0 ? real[k] : real[k] / total;
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
