package org.residuum.data.prepare;

import java.util.Arrays;
import org.residuum.data.Picture;

/**
 * The rows of a picture, each resized along itself when it is first asked for. The latest are kept,
 * as {@code int}: the sums over them are then computed by vector instructions.
 */
final class WideRows {
  private final Picture in;
  private final int top;
  private final int left;
  private final Taps taps;

  /** {@code (kept rows, columns × channels)}; row y of the picture lies at {@code y % kept}. */
  private final int[][] values;

  private final int[] rowAt;

  /** Where no column has more than four pixels: the first of just four, and four weights each. */
  private final int[] firstOfFour;

  private final int[] fourWeights;

  /**
   * @param kept how many rows are kept at least
   */
  WideRows(PicturePart part, Taps taps, int kept) {
    in = part.pixels();
    top = part.top();
    left = part.left();
    this.taps = taps;
    values = new int[kept][taps.positions() * in.channels()];
    firstOfFour = taps.most() <= 4 && in.width() >= 4 ? new int[taps.positions()] : null;
    fourWeights = new int[firstOfFour == null ? 0 : 4 * taps.positions()];
    if (firstOfFour != null) {
      fillUpToFour();
    }
    rowAt = new int[kept];
    Arrays.fill(rowAt, -1);
  }

  /** Adds weights of 0: a loop whose length varies costs more than their products. */
  private void fillUpToFour() {
    int end = left + in.width();
    for (int x = 0; x < taps.positions(); x++) {
      firstOfFour[x] = Math.min(taps.first[x], end - 4);
      int at = 4 * x + taps.first[x] - firstOfFour[x];
      int count = taps.start[x + 1] - taps.start[x];
      System.arraycopy(taps.weights, taps.start[x], fourWeights, at, count);
    }
  }

  /** The values 0 to 255 of a row of the whole picture, {@code (columns, channels)}. */
  int[] row(int y) {
    int slot = y % rowAt.length;
    if (rowAt[slot] != y) {
      rowAt[slot] = y;
      int at = ((y - top) * in.width() - left) * in.channels();
      if (taps.isIdentity) {
        copy(at, values[slot]);
      } else if (in.channels() == 3 && firstOfFour != null) {
        coloredOfFour(at, values[slot]);
      } else if (in.channels() == 1) {
        grey(at, values[slot]);
      } else {
        colored(at, values[slot]);
      }
    }
    return values[slot];
  }

  private void copy(int at, int[] out) {
    byte[] pixels = in.pixels();
    int from = at + taps.firstPixel() * in.channels();
    for (int x = 0; x < out.length; x++) {
      out[x] = pixels[from + x] & 255;
    }
  }

  private void grey(int at, int[] out) {
    byte[] pixels = in.pixels();
    int[] weights = taps.weights;
    for (int x = 0; x < out.length; x++) {
      int from = at + taps.first[x];
      int sum = Taps.HALF;
      for (int k = taps.start[x]; k < taps.start[x + 1]; k++) {
        sum += weights[k] * (pixels[from++] & 255);
      }
      out[x] = Taps.clamped(sum);
    }
  }

  private void coloredOfFour(int at, int[] out) {
    byte[] pixels = in.pixels();
    int[] weights = fourWeights;
    int[] first = firstOfFour;
    for (int x = 0; x < first.length; x++) {
      int from = at + 3 * first[x];
      int w0 = weights[4 * x];
      int w1 = weights[4 * x + 1];
      int w2 = weights[4 * x + 2];
      int w3 = weights[4 * x + 3];
      out[3 * x] = Taps.clamped(sum(pixels, from, w0, w1, w2, w3));
      out[3 * x + 1] = Taps.clamped(sum(pixels, from + 1, w0, w1, w2, w3));
      out[3 * x + 2] = Taps.clamped(sum(pixels, from + 2, w0, w1, w2, w3));
    }
  }

  private static int sum(byte[] pixels, int at, int w0, int w1, int w2, int w3) {
    return Taps.HALF
        + w0 * (pixels[at] & 255)
        + w1 * (pixels[at + 3] & 255)
        + w2 * (pixels[at + 6] & 255)
        + w3 * (pixels[at + 9] & 255);
  }

  /** Four pixels at a time: their bounds are then checked once. */
  private void colored(int at, int[] out) {
    byte[] pixels = in.pixels();
    int[] weights = taps.weights;
    int[] start = taps.start;
    int[] first = taps.first;
    for (int x = 0, k = 0; x < first.length; x++) {
      int from = at + 3 * first[x];
      int end = start[x + 1];
      int red = Taps.HALF;
      int green = Taps.HALF;
      int blue = Taps.HALF;
      for (; k + 3 < end; k += 4, from += 12) {
        int w0 = weights[k];
        int w1 = weights[k + 1];
        int w2 = weights[k + 2];
        int w3 = weights[k + 3];
        red += w0 * (pixels[from] & 255) + w1 * (pixels[from + 3] & 255);
        green += w0 * (pixels[from + 1] & 255) + w1 * (pixels[from + 4] & 255);
        blue += w0 * (pixels[from + 2] & 255) + w1 * (pixels[from + 5] & 255);
        red += w2 * (pixels[from + 6] & 255) + w3 * (pixels[from + 9] & 255);
        green += w2 * (pixels[from + 7] & 255) + w3 * (pixels[from + 10] & 255);
        blue += w2 * (pixels[from + 8] & 255) + w3 * (pixels[from + 11] & 255);
      }
      for (; k < end; k++, from += 3) {
        int weight = weights[k];
        red += weight * (pixels[from] & 255);
        green += weight * (pixels[from + 1] & 255);
        blue += weight * (pixels[from + 2] & 255);
      }
      out[3 * x] = Taps.clamped(red);
      out[3 * x + 1] = Taps.clamped(green);
      out[3 * x + 2] = Taps.clamped(blue);
    }
  }
}
