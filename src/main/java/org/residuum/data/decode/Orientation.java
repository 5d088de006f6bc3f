package org.residuum.data.decode;

import org.residuum.data.Picture;

/** Sets pictures upright by the orientation that a camera wrote into them (EXIF tag 0x0112). */
final class Orientation {
  private Orientation() {}

  static boolean swapsSides(int orientation) {
    return orientation >= 5;
  }

  static Picture upright(Picture picture, int orientation) {
    if (orientation == 1) {
      return picture;
    }
    boolean swap = swapsSides(orientation);
    boolean mirrorY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    boolean mirrorX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
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
