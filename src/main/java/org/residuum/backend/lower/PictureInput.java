package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.residuum.backend.Feed;
import org.residuum.backend.Layout;
import org.residuum.backend.Pictures;
import org.residuum.network.Shape;

/** Pictures of one size, and the floats (batch, ...) that a network sees of them. */
final class PictureInput {
  private static final int BYTES = 256;

  private final float[] table;
  private final int channels;
  private final int height;
  private final int width;
  private final int batch;
  private final boolean channelsLast;
  private final Pictures pictures;
  private final FloatBuffer floats;
  private final byte[] bytes;
  private final float[] line;

  PictureInput(Feed feed, Shape shape, int batch, Layout layout, FloatBuffer floats) {
    this.table = feed.table();
    this.channels = shape.extent(1);
    this.height = shape.extent(2);
    this.width = shape.extent(3);
    this.batch = batch;
    this.channelsLast = layout == Layout.NHWC;
    this.pictures = Pictures.allocate(batch, shape.elements());
    this.floats = floats;
    this.bytes = new byte[width * channels];
    this.line = new float[width * channels];
  }

  Pictures pictures() {
    return pictures;
  }

  void normalize() {
    for (int row = 0; row < batch; row++) {
      for (int y = 0; y < height; y++) {
        normalize(row, y);
      }
    }
  }

  /** A line of what the network sees; black where it lies outside of the picture. */
  private void normalize(int row, int y) {
    int top = pictures.crops().get(Pictures.CROP * row);
    int from = y + top;
    if (from < 0 || from >= height) {
      Arrays.fill(bytes, (byte) 0);
    } else {
      pictures.pixels().get((row * height + from) * width * channels, bytes);
    }
    int left = pictures.crops().get(Pictures.CROP * row + 1);
    boolean flip = pictures.crops().get(Pictures.CROP * row + 2) != 0;
    for (int x = 0; x < width; x++) {
      int column = left + (flip ? width - 1 - x : x);
      boolean inside = column >= 0 && column < width;
      for (int c = 0; c < channels; c++) {
        int value = inside ? bytes[column * channels + c] & 0xFF : 0;
        line[channelsLast ? x * channels + c : c * width + x] = table[BYTES * c + value];
      }
    }
    if (channelsLast) {
      floats.put((row * height + y) * width * channels, line);
    } else {
      for (int c = 0; c < channels; c++) {
        floats.put(((row * channels + c) * height + y) * width, line, c * width, width);
      }
    }
  }
}
