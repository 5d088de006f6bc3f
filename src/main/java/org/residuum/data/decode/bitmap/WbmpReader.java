package org.residuum.data.decode.bitmap;

import java.io.EOFException;
import java.io.IOException;
import org.residuum.data.Picture;
import org.residuum.data.decode.reader.Bytes;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.data.decode.reader.Samples;

/** Wireless Application Protocol bitmaps of type 0: two zero bytes, width, height, rows of bits. */
public final class WbmpReader implements PictureReader {
  private final byte[] file;
  private final int width;
  private final int height;
  private final int pixelsAt;

  private WbmpReader(byte[] file, int width, int height, int pixelsAt) {
    this.file = file;
    this.width = width;
    this.height = height;
    this.pixelsAt = pixelsAt;
  }

  /** The format has no signature: the sizes must agree with the length. */
  public static boolean isOne(byte[] file) {
    try {
      WbmpReader picture = of(file);
      long bytes = (picture.width + 7L) / 8 * picture.height;
      return picture.width > 0 && bytes > 0 && picture.pixelsAt + bytes == file.length;
    } catch (IOException e) {
      return false;
    }
  }

  public static WbmpReader of(byte[] file) throws IOException {
    Bytes bytes = Bytes.bigEndian(file);
    if (bytes.u16(0) != 0) {
      throw new IOException("not a WBMP of type 0");
    }
    int at = 2;
    int[] sides = new int[2];
    for (int i = 0; i < 2; i++) {
      int septet;
      do {
        septet = bytes.u8(at++);
        sides[i] = sides[i] << 7 | septet & 127;
        if (sides[i] >= 1 << 20) {
          throw new IOException("a WBMP with a side over 2^20");
        }
      } while (septet >= 128);
    }
    return new WbmpReader(file, sides[0], sides[1], at);
  }

  @Override
  public PictureHeader header() {
    return new PictureHeader(height, width, (long) width * height);
  }

  @Override
  public Picture decode() throws EOFException {
    byte[] out = new byte[width * height];
    Samples.unpack(file, pixelsAt, width, height, 1, out);
    return new Picture(height, width, 1, out);
  }
}
