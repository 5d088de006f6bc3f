package org.residuum.data.decode.tiff;

import java.io.IOException;
import org.residuum.data.decode.reader.RefusedPictureException;

/**
 * How the pixels of a TIFF lie in the file: strips are tiles as wide as the picture.
 *
 * @param width of a segment, pixels
 * @param height of a segment, pixels
 * @param columns segments side by side
 * @param rows segments one below the other
 * @param planes 1, or the samples a pixel if each lies apart
 * @param samples a pixel in a segment
 * @param bits a sample
 * @param compression TIFF's number
 * @param pictureHeight pixels
 */
record TiffLayout(
    int width,
    int height,
    int columns,
    int rows,
    int planes,
    int samples,
    int bits,
    int compression,
    int pictureHeight) {
  static final int NONE = 1;
  static final int LZW = 5;
  static final int JPEG = 7;
  static final int DEFLATE = 8;
  static final int PACK_BITS = 32773;
  static final int OLD_DEFLATE = 32946;

  static TiffLayout of(TiffFile file, int width, int height, int bits, int samples)
      throws IOException {
    boolean tiled = file.has(TiffFile.TILE_OFFSETS);
    int segmentWidth = tiled ? file.value(TiffFile.TILE_WIDTH, 0) : width;
    int segmentHeight =
        tiled
            ? file.value(TiffFile.TILE_HEIGHT, 0)
            : Math.min(height, file.value(TiffFile.ROWS_PER_STRIP, height));
    if (segmentWidth < 1
        || segmentHeight < 1
        || segmentWidth > 1 << 20
        || segmentHeight > 1 << 20) {
      throw new IOException("a TIFF in pieces of " + segmentWidth + " x " + segmentHeight);
    }
    boolean planar = samples > 1 && file.value(TiffFile.PLANAR, 1) == 2;
    TiffLayout layout =
        new TiffLayout(
            segmentWidth,
            segmentHeight,
            (width + segmentWidth - 1) / segmentWidth,
            (height + segmentHeight - 1) / segmentHeight,
            planar ? samples : 1,
            planar ? 1 : samples,
            bits,
            file.value(TiffFile.COMPRESSION, NONE),
            height);
    layout.check();
    return layout;
  }

  private void check() throws IOException {
    switch (compression) {
      case NONE, LZW, JPEG, DEFLATE, PACK_BITS, OLD_DEFLATE -> {}
      case 2, 3, 4 -> throw RefusedPictureException.tiffWith("CCITT fax compression");
      case 6 -> throw RefusedPictureException.tiffWith("old-style JPEG");
      default -> throw RefusedPictureException.tiffWith("the compression " + compression);
    }
    if (compression == JPEG && planes > 1) {
      throw RefusedPictureException.tiffWith("JPEG by planes");
    }
  }

  int lineBytes() {
    return (int) (((long) width * samples * bits + 7) / 8);
  }

  /** Lines that a segment of the row has; a last strip may be shorter, a tile never is. */
  int lines(int row, boolean tiled) {
    return tiled ? height : Math.min(height, pictureHeight - row * height);
  }

  long decodingBytes() {
    long segment = (long) lineBytes() * Math.min(height, pictureHeight);
    return compression == JPEG ? 2 * segment : segment;
  }
}
