package org.residuum.data.augment;

import org.residuum.data.prepare.AffineMap;

/**
 * Crops, flips and distorts in one pass from bytes to numbers, both {@code (H, W, C)}; black comes
 * in from outside.
 */
public final class Warp {
  private final int height;
  private final int width;
  private final int channels;
  private final float[] table;
  private byte[] pixels;
  private float[] values;

  /**
   * @param table what becomes of each byte, 256 numbers a channel
   */
  public Warp(int height, int width, int channels, float[] table) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.table = table;
  }

  /**
   * Draws a picture.
   *
   * @param shiftY rows that it is moved up
   * @param shiftX columns that it is moved to the left
   * @param map where pixels come from, or null where they keep their places
   * @param out receives the numbers
   */
  public void draw(
      byte[] picture, int shiftY, int shiftX, boolean flip, AffineMap map, float[] out) {
    pixels = picture;
    values = out;
    if (map != null) {
      distort(map, shiftY, shiftX, flip);
      return;
    }
    for (int y = 0; y < height; y++) {
      row(y, y + shiftY, shiftX, flip);
    }
  }

  /**
   * Output row y from row {@code fromY} of the picture: x comes from x + shiftX, mirrored or not.
   */
  private void row(int y, int fromY, int shiftX, boolean flip) {
    int out = y * width * channels;
    boolean inside = fromY >= 0 && fromY < height;
    int step = flip ? -1 : 1;
    int fromX = (flip ? width - 1 : 0) + shiftX;
    for (int x = 0; x < width; x++, fromX += step) {
      boolean real = inside && fromX >= 0 && fromX < width;
      int in = real ? (fromY * width + fromX) * channels : 0;
      for (int c = 0; c < channels; c++) {
        values[out++] = table[c * 256 + (real ? pixels[in + c] & 255 : 0)];
      }
    }
  }

  /** Each pixel from where the map says, then mirrored and shifted as in {@link #row}. */
  private void distort(AffineMap map, int shiftY, int shiftX, boolean flip) {
    double middleY = (height - 1) / 2.0;
    double middleX = (width - 1) / 2.0;
    for (int y = 0, out = 0; y < height; y++) {
      for (int x = 0; x < width; x++, out += channels) {
        double right = map.a() * (x - middleX) + map.b() * (y - middleY) + map.e();
        double down = map.c() * (x - middleX) + map.d() * (y - middleY) + map.f();
        sample(middleY + down + shiftY, middleX + (flip ? -right : right) + shiftX, out);
      }
    }
  }

  /** Bilinear between the four pixels around (y, x). */
  private void sample(double y, double x, int out) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    float lowerShare = (float) (y - top);
    float rightShare = (float) (x - left);
    for (int c = 0; c < channels; c++) {
      float above = mix(value(top, left, c), value(top, left + 1, c), rightShare);
      float below = mix(value(top + 1, left, c), value(top + 1, left + 1, c), rightShare);
      values[out + c] = mix(above, below, lowerShare);
    }
  }

  private static float mix(float first, float second, float share) {
    return first + share * (second - first);
  }

  private float value(int y, int x, int c) {
    boolean real = y >= 0 && y < height && x >= 0 && x < width;
    return table[c * 256 + (real ? pixels[(y * width + x) * channels + c] & 255 : 0)];
  }
}
