package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import org.residuum.backend.Feed;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.network.Shape;

/**
 * Pictures of one size, and the floats (batch, ...) that a network sees of them. A picture at a
 * time goes through arrays, over which loops are several times as fast as over buffers.
 */
final class PictureInput {
  private static final int BYTES = 256;

  private final float[] table;
  private final int channels;
  private final int height;
  private final int width;
  private final int batch;
  private final boolean channelsLast;
  private final Slot.Pictures pictures;
  private final FloatBuffer floats;
  private final byte[] stored;
  private final byte[] cropped;
  private final float[] values;

  PictureInput(Feed feed, Shape shape, int batch, Session.Layout layout, FloatBuffer floats) {
    this.table = feed.table();
    this.channels = shape.extent(1);
    this.height = shape.extent(2);
    this.width = shape.extent(3);
    this.batch = batch;
    this.channelsLast = layout == Session.Layout.NHWC;
    this.pictures = Slot.Pictures.allocate(batch, shape.elements());
    this.floats = floats;
    this.stored = new byte[shape.elements()];
    this.cropped = new byte[shape.elements()];
    this.values = new float[shape.elements()];
  }

  Slot.Pictures pictures() {
    return pictures;
  }

  void normalize() {
    for (int row = 0; row < batch; row++) {
      pictures.pixels().get(row * stored.length, stored);
      int top = pictures.crops().get(Slot.Pictures.CROP * row);
      int left = pictures.crops().get(Slot.Pictures.CROP * row + 1);
      boolean flip = pictures.crops().get(Slot.Pictures.CROP * row + 2) != 0;
      boolean whole = top == 0 && left == 0 && !flip;
      if (!whole) {
        crop(top, left, flip);
      }
      lookUp(whole ? stored : cropped);
      floats.put(row * values.length, values);
    }
  }

  /** The part that the network sees; black where it lies outside of the picture. */
  private void crop(int top, int left, boolean flip) {
    int out = 0;
    for (int y = top; y < top + height; y++) {
      boolean inside = y >= 0 && y < height;
      for (int x = 0; x < width; x++) {
        int column = left + (flip ? width - 1 - x : x);
        int in = inside && column >= 0 && column < width ? (y * width + column) * channels : -1;
        for (int c = 0; c < channels; c++) {
          cropped[out++] = in < 0 ? 0 : stored[in + c];
        }
      }
    }
  }

  private void lookUp(byte[] pixels) {
    for (int c = 0; c < channels; c++) {
      lookUp(pixels, c);
    }
  }

  private void lookUp(byte[] pixels, int channel) {
    int start = BYTES * channel;
    int out = channelsLast ? channel : channel * height * width;
    int step = channelsLast ? channels : 1;
    for (int in = channel; in < pixels.length; in += channels, out += step) {
      values[out] = table[start + (pixels[in] & 0xFF)];
    }
  }
}
