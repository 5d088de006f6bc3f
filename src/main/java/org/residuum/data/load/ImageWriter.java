package org.residuum.data.load;

import java.io.IOException;
import java.util.function.ToLongFunction;
import org.residuum.data.Augmentation;
import org.residuum.data.Preprocessing;
import org.residuum.data.prepare.AffineMap;

/**
 * Crops, flips, distorts and normalises in one pass from bytes to floats, both {@code (H, W, C)}.
 */
public final class ImageWriter<T> implements ExampleWriter<T> {
  private final Reader<? super T, byte[]> reader;
  private final Augmentation augmentation;
  private final ToLongFunction<? super T> bits;
  private final int channels;
  private final int height;
  private final int width;
  private final float[] table;
  private final byte[] scratch;
  private final float[] values;
  private byte[] pixels;

  /**
   * For pictures that are seen as they are.
   *
   * @param reader gives their bytes as {@link Preprocessing#fit} makes them
   */
  public ImageWriter(Preprocessing preprocessing, Reader<? super T, byte[]> reader) {
    this(preprocessing, 255, reader, Augmentation.NONE, item -> 0);
  }

  /**
   * @param maxValue the byte of full intensity
   * @param bits of an item, which decide its augmentation
   */
  ImageWriter(
      Preprocessing preprocessing,
      int maxValue,
      Reader<? super T, byte[]> reader,
      Augmentation augmentation,
      ToLongFunction<? super T> bits) {
    this.reader = reader;
    this.augmentation = augmentation;
    this.bits = bits;
    channels = preprocessing.channels();
    height = preprocessing.height();
    width = preprocessing.width();
    table = preprocessing.feed(maxValue).table();
    scratch = new byte[channels * height * width];
    values = new float[scratch.length];
  }

  @Override
  public void write(T item, Batch<T> into, int row) throws IOException {
    pixels = reader.read(item, scratch);
    long drawn = bits.applyAsLong(item);
    int shiftY = augmentation.offsetY(drawn) - augmentation.padAndCrop();
    int shiftX = augmentation.offsetX(drawn) - augmentation.padAndCrop();
    boolean flip = augmentation.flips(drawn);
    if (into.holdsPictures()) {
      into.put(row, pixels, shiftY, shiftX, flip);
      return;
    }
    if (augmentation.distortion().equals(Augmentation.Distortion.NONE)) {
      for (int y = 0; y < height; y++) {
        row(y, y + shiftY, shiftX, flip);
      }
    } else {
      distort(AffineMap.draw(augmentation.distortion(), drawn), shiftY, shiftX, flip);
    }
    into.put(row, values);
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
