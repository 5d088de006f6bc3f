package org.residuum.data.prepare;

import java.util.Arrays;
import org.residuum.data.Picture;
import org.residuum.network.Shape;

/**
 * Bilinear resizing as PIL does it, to the bit: a triangle filter whose support grows with the
 * scale when shrinking (antialiasing), rows first, then columns, each in fixed point with 22
 * fractional bits and rounded to 8 bits. torchvision's Resize on PIL pictures is this function.
 * Only a window of the result is computed: its pixels are those of the whole.
 */
public final class Bilinear {
  private static final int PRECISION = 32 - 8 - 2;

  private Bilinear() {}

  public static Picture resize(Picture picture, int newHeight, int newWidth) {
    return resize(picture, new Span(newHeight, 0, newHeight), new Span(newWidth, 0, newWidth));
  }

  /**
   * A part of a side after resizing.
   *
   * @param side the length of the resized side; it may exceed what a picture can have
   * @param from first position of the part
   * @param length of the part
   */
  public record Span(long side, long from, int length) {}

  /** The window {@code rows} × {@code columns} of the resized picture. */
  public static Picture resize(Picture picture, Span rows, Span columns) {
    Shape.of(rows.length(), columns.length(), picture.channels()); // Refuses sizes over 2^31.
    Weights down = Weights.of(picture.height(), rows);
    Picture wide = horizontally(picture, columns, down.firstInput(), down.endOfInput());
    return vertically(wide, down, down.firstInput());
  }

  /** Rows {@code [from, to)} of the picture, resized to the columns. */
  private static Picture horizontally(Picture picture, Span columns, int from, int to) {
    if (columns.side() == picture.width() && columns.length() == picture.width()) {
      return from == 0 && to == picture.height() ? picture : rows(picture, from, to);
    }
    int channels = picture.channels();
    byte[] in = picture.pixels();
    byte[] out = new byte[Shape.of(to - from, columns.length(), channels).elements()];
    Weights weights = Weights.of(picture.width(), columns);
    int at = 0;
    for (int y = from; y < to; y++) {
      for (int x = 0; x < columns.length(); x++) {
        int first = (y * picture.width() + weights.first[x]) * channels;
        for (int c = 0; c < channels; c++) {
          out[at++] = weights.sum(x, in, first + c, channels);
        }
      }
    }
    return new Picture(to - from, columns.length(), channels, out);
  }

  private static Picture rows(Picture picture, int from, int to) {
    int stride = picture.width() * picture.channels();
    byte[] part = Arrays.copyOfRange(picture.pixels(), from * stride, to * stride);
    return new Picture(to - from, picture.width(), picture.channels(), part);
  }

  /** Resizes the rows of a part that begins with row {@code from} of the picture. */
  private static Picture vertically(Picture part, Weights weights, int from) {
    int newHeight = weights.first.length;
    if (weights.isIdentity && newHeight == part.height()) {
      return part;
    }
    int stride = part.width() * part.channels();
    byte[] in = part.pixels();
    byte[] out = new byte[Shape.of(newHeight, stride).elements()];
    for (int y = 0; y < newHeight; y++) {
      int first = (weights.first[y] - from) * stride;
      for (int x = 0; x < stride; x++) {
        out[y * stride + x] = weights.sum(y, in, first + x, stride);
      }
    }
    return new Picture(newHeight, part.width(), part.channels(), out);
  }

  /** For each output position of a span the first input position and the weights from there on. */
  private static final class Weights {
    final int[] first;
    final int[][] fixed;
    final boolean isIdentity;

    private Weights(int size, boolean isIdentity) {
      first = new int[size];
      fixed = new int[size][];
      this.isIdentity = isIdentity;
    }

    static Weights of(int inSize, Span span) {
      Weights weights = new Weights(span.length(), inSize == span.side());
      double scale = (double) inSize / span.side();
      double support = Math.max(1.0, scale);
      for (int i = 0; i < span.length(); i++) {
        double center = (span.from() + i + 0.5) * scale;
        int from = Math.max(0, (int) (center - support + 0.5));
        int to = Math.min(inSize, (int) (center + support + 0.5));
        weights.first[i] = from;
        weights.fixed[i] = fixed(from, to, center, support);
      }
      return weights;
    }

    private static int[] fixed(int from, int to, double center, double support) {
      double[] real = new double[to - from];
      double total = 0;
      for (int k = 0; k < real.length; k++) {
        double distance = Math.abs((k + from - center + 0.5) * (1.0 / support));
        real[k] = Math.max(0, 1 - distance);
        total += real[k];
      }
      int[] fixed = new int[real.length];
      for (int k = 0; k < real.length; k++) {
        fixed[k] = (int) (0.5 + real[k] / total * (1 << PRECISION));
      }
      return fixed;
    }

    int firstInput() {
      return first[0];
    }

    int endOfInput() {
      int last = first.length - 1;
      return first[last] + fixed[last].length;
    }

    byte sum(int i, byte[] in, int at, int step) {
      int sum = 1 << (PRECISION - 1);
      for (int weight : fixed[i]) {
        sum += weight * (in[at] & 255);
        at += step;
      }
      return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
    }
  }
}
