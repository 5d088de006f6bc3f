package org.residuum.data;

import org.residuum.network.Shape;

/**
 * Bilinear resizing as PIL does it, to the bit: a triangle filter whose support grows with the
 * scale when shrinking (antialiasing), rows first, then columns, each in fixed point with 22
 * fractional bits and rounded to 8 bits. torchvision's Resize on PIL pictures is this function.
 */
final class Bilinear {
  private static final int PRECISION = 32 - 8 - 2;

  private Bilinear() {}

  static Picture resize(Picture picture, int newHeight, int newWidth) {
    Shape.of(newHeight, newWidth, picture.channels()); // Refuses sizes over 2^31.
    Picture wide = newWidth == picture.width() ? picture : horizontally(picture, newWidth);
    return newHeight == wide.height() ? wide : vertically(wide, newHeight);
  }

  private static Picture horizontally(Picture picture, int newWidth) {
    int channels = picture.channels();
    int height = picture.height();
    byte[] in = picture.pixels();
    byte[] out = new byte[Shape.of(height, newWidth, channels).elements()];
    Weights weights = Weights.of(picture.width(), newWidth);
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < newWidth; x++) {
        int first = (y * picture.width() + weights.first[x]) * channels;
        for (int c = 0; c < channels; c++) {
          out[at++] = weights.sum(x, in, first + c, channels);
        }
      }
    }
    return new Picture(height, newWidth, channels, out);
  }

  private static Picture vertically(Picture picture, int newHeight) {
    int stride = picture.width() * picture.channels();
    byte[] in = picture.pixels();
    byte[] out = new byte[Shape.of(newHeight, stride).elements()];
    Weights weights = Weights.of(picture.height(), newHeight);
    for (int y = 0; y < newHeight; y++) {
      int first = weights.first[y] * stride;
      for (int x = 0; x < stride; x++) {
        out[y * stride + x] = weights.sum(y, in, first + x, stride);
      }
    }
    return new Picture(newHeight, picture.width(), picture.channels(), out);
  }

  /** For each output position the first input position and the weights from there on. */
  private static final class Weights {
    final int[] first;
    final int[][] fixed;

    private Weights(int size) {
      first = new int[size];
      fixed = new int[size][];
    }

    static Weights of(int inSize, int outSize) {
      Weights weights = new Weights(outSize);
      double scale = (double) inSize / outSize;
      double support = Math.max(1.0, scale);
      for (int i = 0; i < outSize; i++) {
        double center = (i + 0.5) * scale;
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
