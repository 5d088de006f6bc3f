package org.residuum.data;

import java.util.List;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Sets pictures upright by the orientation that a camera wrote into them (EXIF tag 0x0112). */
final class Orientation {
  /** ImageIO's names for EXIF's orientations 1 to 8. */
  private static final List<String> NAMES =
      List.of(
          "Normal",
          "FlipH",
          "Rotate180",
          "FlipV",
          "FlipVRotate90",
          "Rotate270",
          "FlipHRotate90",
          "Rotate90");

  private Orientation() {}

  /** EXIF's number, 1 where there is none. */
  static int of(IIOMetadata metadata) {
    if (metadata == null || !metadata.isStandardMetadataFormatSupported()) {
      return 1;
    }
    NodeList nodes =
        ((Element) metadata.getAsTree("javax_imageio_1.0"))
            .getElementsByTagName("ImageOrientation");
    String name = nodes.getLength() == 0 ? "" : ((Element) nodes.item(0)).getAttribute("value");
    return Math.max(1, NAMES.indexOf(name) + 1);
  }

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
