package org.residuum.data.decode.webp;

import java.util.Arrays;

/**
 * One of the planes of a VP8 frame, with a row above it and a column at its left: prediction from
 * neighbours and the inverse transforms (RFC 6386, sections 12 and 14).
 */
final class Vp8Plane {
  /** Further modes of 4 × 4 blocks. */
  static final int LEFT_DOWN = 4;

  static final int RIGHT_DOWN = 5;
  static final int VERTICAL_RIGHT = 6;
  static final int VERTICAL_LEFT = 7;
  static final int HORIZONTAL_DOWN = 8;
  static final int HORIZONTAL_UP = 9;

  private static final int ABOVE = 127;
  private static final int AT_LEFT = 129;

  /** Pixels right of the plane that a block may look at. */
  private static final int MARGIN = 4;

  final int width;
  final int stride;
  final byte[] pixels;

  /** A block's neighbours: 4 at the left from below, the corner, 8 above, the last twice. */
  private final int[] edge = new int[14];

  private final int[] transformed = new int[16];

  Vp8Plane(int width, int height) {
    this.width = width;
    stride = 1 + width + MARGIN;
    pixels = new byte[Math.multiplyExact(stride, height + 1)];
    Arrays.fill(pixels, 0, stride, (byte) ABOVE);
    for (int y = 0; y < height; y++) {
      pixels[place(y, -1)] = (byte) AT_LEFT;
    }
  }

  /** Where a pixel is. */
  int place(int y, int x) {
    return (y + 1) * stride + x + 1;
  }

  static int clamp(int value) {
    return (value & ~255) == 0 ? value : value < 0 ? 0 : 255;
  }

  /** Predicts a macroblock's part of this plane, {@code size} × {@code size} pixels. */
  void predict(int row, int column, int size, int mode) {
    int at = place(row * size, column * size);
    switch (mode) {
      case Vp8Frame.DC -> fill(at, size, mean(at, size, row > 0, column > 0));
      case Vp8Frame.VERTICAL -> {
        for (int y = 0; y < size; y++) {
          System.arraycopy(pixels, at - stride, pixels, at + y * stride, size);
        }
      }
      case Vp8Frame.HORIZONTAL -> {
        for (int y = 0; y < size; y++) {
          int line = at + y * stride;
          Arrays.fill(pixels, line, line + size, pixels[line - 1]);
        }
      }
      default -> trueMotion(at, size);
    }
  }

  private void fill(int at, int size, int value) {
    for (int y = 0; y < size; y++) {
      Arrays.fill(pixels, at + y * stride, at + y * stride + size, (byte) value);
    }
  }

  private int mean(int at, int size, boolean hasAbove, boolean hasLeft) {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += hasAbove ? pixels[at - stride + i] & 255 : 0;
      sum += hasLeft ? pixels[at + i * stride - 1] & 255 : 0;
    }
    int count = size * ((hasAbove ? 1 : 0) + (hasLeft ? 1 : 0));
    return count == 0 ? 128 : (sum + count / 2) / count;
  }

  private void trueMotion(int at, int size) {
    int corner = pixels[at - stride - 1] & 255;
    for (int y = 0; y < size; y++) {
      int line = at + y * stride;
      int left = (pixels[line - 1] & 255) - corner;
      for (int x = 0; x < size; x++) {
        pixels[line + x] = (byte) clamp(left + (pixels[at - stride + x] & 255));
      }
    }
  }

  /** Predicts the 16 blocks of 4 × 4 pixels, each with its mode, and adds what was coded. */
  void predictBlocks(int row, int column, int[] modes, int[] coefficients) {
    int corner = place(16 * row, 16 * column);
    for (int block = 0; block < 16; block++) {
      int x = block % 4;
      int at = corner + block / 4 * 4 * stride + 4 * x;
      for (int i = 0; i < 4; i++) {
        edge[i] = pixels[at + (3 - i) * stride - 1] & 255;
      }
      for (int i = 0; i < 9; i++) {
        edge[4 + i] = pixels[at - stride - 1 + i] & 255;
      }
      if (x == 3) { // Right of the macroblock all four look at the row above it.
        boolean isLast = row > 0 && 16 * (column + 1) == width;
        for (int i = 0; i < 4; i++) {
          edge[9 + i] = pixels[corner - stride + (isLast ? 15 : 16 + i)] & 255;
        }
      }
      edge[13] = edge[12];
      predictBlock(at, modes[block]);
      add(at, coefficients, 16 * block);
    }
  }

  private void predictBlock(int at, int mode) {
    if (mode == Vp8Frame.DC) {
      int sum = 4;
      for (int i = 0; i < 4; i++) {
        sum += edge[i] + edge[5 + i];
      }
      fill(at, 4, sum >> 3);
      return;
    }
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        pixels[at + y * stride + x] = (byte) predicted(mode, x, y);
      }
    }
  }

  private int predicted(int mode, int x, int y) {
    return switch (mode) {
      case Vp8Frame.TRUE_MOTION -> clamp(edge[5 + x] + edge[3 - y] - edge[4]);
      case Vp8Frame.VERTICAL -> mean3(5 + x);
      case Vp8Frame.HORIZONTAL -> y == 3 ? lowest() : mean3(3 - y);
      case LEFT_DOWN -> mean3(6 + x + y);
      case RIGHT_DOWN -> mean3(4 + x - y);
      case VERTICAL_RIGHT -> {
        int k = x - y / 2;
        yield k < 0 ? mean3(5 - y) : y % 2 == 0 ? mean2(4 + k) : mean3(4 + k);
      }
      case VERTICAL_LEFT -> {
        int k = x + y / 2;
        yield y >= 2 && x == 3 ? mean3(8 + y) : y % 2 == 0 ? mean2(5 + k) : mean3(6 + k);
      }
      case HORIZONTAL_DOWN -> {
        int k = y - x / 2;
        yield k < 0 ? mean3(3 + x) : x % 2 == 0 ? mean2(3 - k) : mean3(4 - k);
      }
      default -> {
        int k = x + 2 * y;
        yield k > 5
            ? edge[0]
            : k == 5 ? lowest() : k % 2 == 0 ? mean2(2 - k / 2) : mean3(2 - k / 2);
      }
    };
  }

  private int mean2(int i) {
    return (edge[i] + edge[i + 1] + 1) >> 1;
  }

  private int mean3(int i) {
    return (edge[i - 1] + 2 * edge[i] + edge[i + 1] + 2) >> 2;
  }

  /** The mean at the lowest of the left neighbours, which counts for the one below it, too. */
  private int lowest() {
    return (edge[1] + 3 * edge[0] + 2) >> 2;
  }

  /** Adds the residuals of {@code blocks} × {@code blocks} blocks of 4 × 4 pixels. */
  void add(int row, int column, int blocks, int[] coefficients, int firstBlock) {
    int corner = place(4 * blocks * row, 4 * blocks * column);
    for (int i = 0; i < blocks * blocks; i++) {
      int at = corner + i / blocks * 4 * stride + i % blocks * 4;
      add(at, coefficients, 16 * (firstBlock + i));
    }
  }

  /** The inverse DCT, in fixed point: 20091 and 35468 are sqrt(2) cos and sin of pi / 8. */
  private void add(int at, int[] in, int from) {
    int any = 0;
    for (int i = 0; i < 16; i++) {
      any |= in[from + i];
    }
    if (any == 0) {
      return;
    }
    int[] t = transformed;
    for (int i = 0; i < 4; i++) {
      int a = in[from + i] + in[from + 8 + i];
      int b = in[from + i] - in[from + 8 + i];
      int c = sine(in[from + 4 + i]) - cosine(in[from + 12 + i]);
      int d = cosine(in[from + 4 + i]) + sine(in[from + 12 + i]);
      t[4 * i] = a + d;
      t[4 * i + 1] = b + c;
      t[4 * i + 2] = b - c;
      t[4 * i + 3] = a - d;
    }
    for (int i = 0; i < 4; i++) {
      int a = t[i] + 4 + t[8 + i];
      int b = t[i] + 4 - t[8 + i];
      int c = sine(t[4 + i]) - cosine(t[12 + i]);
      int d = cosine(t[4 + i]) + sine(t[12 + i]);
      int line = at + i * stride;
      store(line, a + d);
      store(line + 1, b + c);
      store(line + 2, b - c);
      store(line + 3, a - d);
    }
  }

  private void store(int at, int residual) {
    pixels[at] = (byte) clamp((pixels[at] & 255) + (residual >> 3));
  }

  private static int cosine(int value) {
    return ((value * 20091) >> 16) + value;
  }

  private static int sine(int value) {
    return (value * 35468) >> 16;
  }

  /** The inverse Walsh-Hadamard transform of block 24, which gives the DCs of blocks 0 to 15. */
  static void spreadDcs(int[] coefficients) {
    int[] t = new int[16];
    int in = 24 * 16;
    for (int i = 0; i < 4; i++) {
      int a0 = coefficients[in + i] + coefficients[in + 12 + i];
      int a1 = coefficients[in + 4 + i] + coefficients[in + 8 + i];
      int a2 = coefficients[in + 4 + i] - coefficients[in + 8 + i];
      int a3 = coefficients[in + i] - coefficients[in + 12 + i];
      t[i] = a0 + a1;
      t[8 + i] = a0 - a1;
      t[4 + i] = a3 + a2;
      t[12 + i] = a3 - a2;
    }
    for (int i = 0; i < 4; i++) {
      int a0 = t[4 * i] + 3 + t[4 * i + 3];
      int a1 = t[4 * i + 1] + t[4 * i + 2];
      int a2 = t[4 * i + 1] - t[4 * i + 2];
      int a3 = t[4 * i] + 3 - t[4 * i + 3];
      coefficients[64 * i] = (a0 + a1) >> 3;
      coefficients[64 * i + 16] = (a3 + a2) >> 3;
      coefficients[64 * i + 32] = (a0 - a1) >> 3;
      coefficients[64 * i + 48] = (a3 - a2) >> 3;
    }
  }
}
