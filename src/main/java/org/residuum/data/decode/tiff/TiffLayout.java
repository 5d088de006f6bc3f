package org.residuum.data.decode.tiff;

import java.io.IOException;
import org.residuum.data.decode.reader.RefusedPictureException;

/** How the pixels of a TIFF lie in the file: strips are tiles as wide as the picture. */
final class TiffLayout {
  static final int NONE = 1;
  static final int LZW = 5;
  static final int JPEG = 7;
  static final int DEFLATE = 8;
  static final int PACK_BITS = 32773;
  static final int OLD_DEFLATE = 32946;

  /** Pixels of a segment. */
  final int width;

  final int height;

  /** Segments side by side, and one below the other. */
  final int columns;

  final int rows;

  /** 1, or the samples a pixel if each lies apart. */
  final int planes;

  /** A pixel in a segment. */
  final int samples;

  /** A sample. */
  final int bits;

  /** TIFF's number. */
  final int compression;

  private final int pictureHeight;

  TiffLayout(TiffFile file, int pictureWidth, int pictureHeight, int bits, int samples)
      throws IOException {
    boolean tiled = file.has(TiffFile.TILE_OFFSETS);
    width = tiled ? file.value(TiffFile.TILE_WIDTH, 0) : pictureWidth;
    height =
        tiled
            ? file.value(TiffFile.TILE_HEIGHT, 0)
            : Math.min(pictureHeight, file.value(TiffFile.ROWS_PER_STRIP, pictureHeight));
    if (width < 1 || height < 1 || width > 1 << 20 || height > 1 << 20) {
      throw new IOException("a TIFF in pieces of " + width + " x " + height);
    }
    boolean planar = samples > 1 && file.value(TiffFile.PLANAR, 1) == 2;
    columns = (pictureWidth + width - 1) / width;
    rows = (pictureHeight + height - 1) / height;
    planes = planar ? samples : 1;
    this.samples = planar ? 1 : samples;
    this.bits = bits;
    compression = file.value(TiffFile.COMPRESSION, NONE);
    this.pictureHeight = pictureHeight;
    check();
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
