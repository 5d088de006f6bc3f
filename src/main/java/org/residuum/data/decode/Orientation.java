package org.residuum.data.decode;

import org.residuum.data.Picture;
import org.residuum.data.decode.reader.PictureView;
import org.residuum.data.prepare.PicturePart;

/** Sets pictures upright by the orientation that a camera wrote into them (EXIF tag 0x0112). */
final class Orientation {
  private Orientation() {}

  static boolean swapsSides(int orientation) {
    return orientation >= 5;
  }

  private static boolean mirrorsRows(int orientation) {
    return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  }

  private static boolean mirrorsColumns(int orientation) {
    return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  }

  /** What is looked at of the picture as it is stored. */
  static PictureView stored(PictureView view, int orientation) {
    return orientation == 1
        ? view
        : view.stored(
            swapsSides(orientation), mirrorsRows(orientation), mirrorsColumns(orientation));
  }

  static PicturePart upright(PicturePart part, int orientation) {
    if (orientation == 1) {
      return part;
    }
    Picture pixels = part.pixels();
    int bottom = part.height() - part.top() - pixels.height();
    int right = part.width() - part.left() - pixels.width();
    int row = mirrorsRows(orientation) ? bottom : part.top();
    int column = mirrorsColumns(orientation) ? right : part.left();
    Picture turned = upright(pixels, orientation);
    return swapsSides(orientation)
        ? new PicturePart(part.width(), part.height(), column, row, turned)
        : new PicturePart(part.height(), part.width(), row, column, turned);
  }

  private static Picture upright(Picture picture, int orientation) {
    if (orientation == 1) {
      return picture;
    }
    boolean swap = swapsSides(orientation);
    boolean mirrorY = mirrorsRows(orientation);
    boolean mirrorX = mirrorsColumns(orientation);
    int height = swap ? picture.width() : picture.height();
    int width = swap ? picture.height() : picture.width();
    int channels = picture.channels();
    byte[] out = new byte[picture.pixels().length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int row = swap ? x : y;
        int column = swap ? y : x;
        int fromY = mirrorY ? picture.height() - 1 - row : row;
        int fromX = mirrorX ? picture.width() - 1 - column : column;
        int from = (fromY * picture.width() + fromX) * channels;
        System.arraycopy(picture.pixels(), from, out, (y * width + x) * channels, channels);
      }
    }
    return new Picture(height, width, channels, out);
  }
}
