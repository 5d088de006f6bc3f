package org.residuum.data.decode.reader;

import java.io.EOFException;
import org.residuum.data.Picture;

/** Samples of fewer than 8 bits, and colours of a palette. */
public final class Samples {
  private Samples() {}

  /**
   * The sample {@code x} of a row that begins at byte {@code rowAt}; the first in the high bits.
   */
  public static int at(byte[] rows, int rowAt, int x, int bits) {
    if (bits == 8) {
      return rows[rowAt + x] & 255;
    }
    int bit = x * bits;
    return rows[rowAt + (bit >> 3)] >> (8 - bits - (bit & 7)) & ((1 << bits) - 1);
  }

  /** Rows of packed grey samples, each row beginning with a byte, as values 0 to 255. */
  public static void unpack(byte[] rows, int from, int width, int height, int bits, byte[] out)
      throws EOFException {
    int stride = (width * bits + 7) / 8;
    Bytes.bigEndian(rows).require(from, (long) stride * height);
    int scale = 255 / ((1 << bits) - 1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        out[y * width + x] = (byte) (scale * at(rows, from + y * stride, x, bits));
      }
    }
  }

  /**
   * Indices into a palette as a picture.
   *
   * @param indices {@code (H, W)}
   * @param palette {@code (entries, 3)}
   * @return grey if all of the palette is
   */
  public static Picture colored(int height, int width, byte[] indices, byte[] palette) {
    byte[] colors = new byte[3 * 256];
    for (int i = 0; i < colors.length; i++) {
      colors[i] = (byte) (i / 3); // PIL's colours of entries that a short palette lacks.
    }
    System.arraycopy(palette, 0, colors, 0, Math.min(palette.length, colors.length));
    boolean grey = isGrey(palette);
    byte[] out = grey ? indices : new byte[Math.multiplyExact(3, indices.length)];
    for (int i = 0; i < indices.length; i++) {
      int entry = 3 * (indices[i] & 255);
      if (grey) {
        out[i] = colors[entry];
      } else {
        out[3 * i] = colors[entry];
        out[3 * i + 1] = colors[entry + 1];
        out[3 * i + 2] = colors[entry + 2];
      }
    }
    return new Picture(height, width, grey ? 1 : 3, out);
  }

  static boolean isGrey(byte[] palette) {
    for (int i = 0; i + 2 < palette.length; i += 3) {
      if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2]) {
        return false;
      }
    }
    return true;
  }

  /** Ink to light as PIL: {@code R = 255 - K - C (255 - K) / 255}. */
  public static void cmykToRgb(int[] inks, byte[] rgb, int at) {
    int light = 255 - inks[3];
    for (int c = 0; c < 3; c++) {
      int product = inks[c] * light + 128;
      rgb[at + c] = (byte) Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
}
