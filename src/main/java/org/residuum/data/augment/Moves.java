package org.residuum.data.augment;

import java.util.Arrays;

/** Changes of a pixel's place; black comes in where there was none. */
final class Moves {
  /** PIL's fixed point: 16 bits of fraction. */
  private static final int FRACTION_BITS = 16;

  private Moves() {}

  /** Moves the picture up and to the left by pixels, then mirrors it or not. */
  static void cropAndFlip(Canvas canvas, int down, int right, boolean flip) {
    if (down == 0 && right == 0 && !flip) {
      return;
    }
    int from = Math.max(0, -right);
    int to = Math.min(canvas.width, canvas.width - right);
    int channels = canvas.channels;
    int stride = canvas.width * channels;
    Arrays.fill(canvas.spare, (byte) 0);
    for (int y = Math.max(0, -down); y < Math.min(canvas.height, canvas.height - down); y++) {
      int in = (y + down) * stride + (from + right) * channels;
      if (flip) {
        for (int x = from; x < to; x++, in += channels) {
          int out = y * stride + (canvas.width - 1 - x) * channels;
          for (int c = 0; c < channels; c++) {
            canvas.spare[out + c] = canvas.pixels[in + c];
          }
        }
      } else {
        int length = (to - from) * channels;
        System.arraycopy(canvas.pixels, in, canvas.spare, y * stride + from * channels, length);
      }
    }
    canvas.swap();
  }

  /** The pixel (x, y) comes from (x + share · y, y). */
  static void shearX(Canvas canvas, double share) {
    affine(canvas, 1, share, 0, 0, 1, 0);
  }

  /** The pixel (x, y) comes from (x, y + share · x). */
  static void shearY(Canvas canvas, double share) {
    affine(canvas, 1, 0, 0, share, 1, 0);
  }

  /** To the right by whole pixels. */
  static void translateX(Canvas canvas, int pixels) {
    cropAndFlip(canvas, 0, -pixels, false);
  }

  /** Down by whole pixels. */
  static void translateY(Canvas canvas, int pixels) {
    cropAndFlip(canvas, -pixels, 0, false);
  }

  /** About the middle, against the clock. */
  static void rotate(Canvas canvas, double degrees) {
    double angle = -Math.toRadians(degrees);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double middleX = canvas.width / 2.0;
    double middleY = canvas.height / 2.0;
    affine(
        canvas,
        cos,
        sin,
        middleX - cos * middleX - sin * middleY,
        -sin,
        cos,
        middleY + sin * middleX - cos * middleY);
  }

  /**
   * (x, y) comes from the nearest pixel to (ax + by + c, dx + ey + f), counted from their middles.
   */
  private static void affine(
      Canvas canvas, double a, double b, double c, double d, double e, double f) {
    int channels = canvas.channels;
    int startX = fixed(c + a * 0.5 + b * 0.5);
    int startY = fixed(f + d * 0.5 + e * 0.5);
    int stepX = fixed(a);
    int stepY = fixed(d);
    for (int y = 0, out = 0; y < canvas.height; y++) {
      int atX = startX;
      int atY = startY;
      for (int x = 0; x < canvas.width; x++, out += channels) {
        int fromX = atX >> FRACTION_BITS;
        int fromY = atY >> FRACTION_BITS;
        boolean real = fromX >= 0 && fromX < canvas.width && fromY >= 0 && fromY < canvas.height;
        int in = (fromY * canvas.width + fromX) * channels;
        for (int k = 0; k < channels; k++) {
          canvas.spare[out + k] = real ? canvas.pixels[in + k] : 0;
        }
        atX += stepX;
        atY += stepY;
      }
      startX += fixed(b);
      startY += fixed(e);
    }
    canvas.swap();
  }

  private static int fixed(double number) {
    return (int) Math.floor(number * (1 << FRACTION_BITS) + 0.5);
  }
}
