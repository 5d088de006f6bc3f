package org.residuum.data.load;

import java.io.IOException;
import java.nio.FloatBuffer;
import org.residuum.backend.Pictures;
import org.residuum.data.Augmentation;
import org.residuum.data.Distortion;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;

/**
 * Crops, flips, distorts and normalises in one pass from bytes to floats, both {@code (H, W, C)}.
 */
final class ImageWriter implements ExampleWriter {
  private final ImageDataset dataset;
  private final Augmentation augmentation;
  private final int channels;
  private final int height;
  private final int width;
  private final float[] table;
  private final byte[] pixels;
  private final float[] values;

  ImageWriter(ImageDataset dataset, Preprocessing preprocessing, Augmentation augmentation) {
    this.dataset = dataset;
    this.augmentation = augmentation;
    channels = preprocessing.channels();
    height = preprocessing.height();
    width = preprocessing.width();
    table = preprocessing.feed(dataset.maxValue()).table();
    pixels = new byte[channels * height * width];
    values = new float[pixels.length];
  }

  @Override
  public void write(int index, long bits, FloatBuffer into) throws IOException {
    dataset.read(index, pixels);
    int shiftY = augmentation.offsetY(bits) - augmentation.padAndCrop();
    int shiftX = augmentation.offsetX(bits) - augmentation.padAndCrop();
    boolean flip = augmentation.flips(bits);
    if (augmentation.distortion().equals(Distortion.NONE)) {
      for (int y = 0; y < height; y++) {
        row(y, y + shiftY, shiftX, flip);
      }
    } else {
      distort(augmentation.distortion().map(bits), shiftY, shiftX, flip);
    }
    into.put(values);
  }

  @Override
  public void write(int index, long bits, Pictures into, int row) throws IOException {
    dataset.read(index, pixels);
    into.pixels().put(row * pixels.length, pixels);
    into.crop(
        row,
        augmentation.offsetY(bits) - augmentation.padAndCrop(),
        augmentation.offsetX(bits) - augmentation.padAndCrop(),
        augmentation.flips(bits));
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
  private void distort(Distortion.Map map, int shiftY, int shiftX, boolean flip) {
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
    float lower = (float) (y - top);
    float righter = (float) (x - left);
    for (int c = 0; c < channels; c++) {
      float above = mix(value(top, left, c), value(top, left + 1, c), righter);
      float below = mix(value(top + 1, left, c), value(top + 1, left + 1, c), righter);
      values[out + c] = mix(above, below, lower);
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
