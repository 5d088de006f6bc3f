package org.residuum.data.prepare;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import org.residuum.data.Picture;

/**
 * From Java's many kinds of picture to {@code (H, W, C)} bytes: the stored samples without colour
 * management, the high byte of 16 bits, without alpha. ({@code BufferedImage.getRGB} would bend
 * greys, which it takes for linear light.)
 */
public final class Pixels {
  private Pixels() {}

  public static Picture of(BufferedImage image) {
    ColorModel model = image.getColorModel();
    if (model instanceof IndexColorModel palette) {
      return fromRgb(image, isGrey(palette) ? 1 : 3);
    }
    int type = model.getColorSpace().getType();
    int colors = model.getNumColorComponents();
    boolean grey = type == ColorSpace.TYPE_GRAY && colors == 1;
    boolean rgb = type == ColorSpace.TYPE_RGB && colors == 3;
    boolean integers =
        model.getTransferType() == DataBuffer.TYPE_BYTE
            || model.getTransferType() == DataBuffer.TYPE_USHORT
            || model.getTransferType() == DataBuffer.TYPE_INT;
    if (!integers || !(grey || rgb)) {
      return fromRgb(image, 3);
    }
    return fromSamples(unmultiplied(image).getRaster(), colors);
  }

  /** Divided by alpha where the samples are products with it; the image stays as it is. */
  private static BufferedImage unmultiplied(BufferedImage image) {
    if (!image.isAlphaPremultiplied()) {
      return image;
    }
    BufferedImage copy = new BufferedImage(image.getColorModel(), image.copyData(null), true, null);
    copy.coerceData(false);
    return copy;
  }

  private static boolean isGrey(IndexColorModel palette) {
    for (int i = 0; i < palette.getMapSize(); i++) {
      int red = palette.getRed(i);
      if (red != palette.getGreen(i) || red != palette.getBlue(i)) {
        return false;
      }
    }
    return true;
  }

  private static Picture fromRgb(BufferedImage image, int channels) {
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] out = new byte[height * width * channels];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        for (int c = 0; c < channels; c++) {
          out[at++] = (byte) (argb >> (16 - 8 * c));
        }
      }
    }
    return new Picture(height, width, channels, out);
  }

  private static Picture fromSamples(Raster raster, int channels) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int[] sizes = raster.getSampleModel().getSampleSize();
    byte[] out = new byte[height * width * channels];
    int[] row = new int[width * bands];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int in = 0; in < row.length; in += bands) {
        for (int c = 0; c < channels; c++) {
          out[at++] = eightBits(row[in + c], sizes[c]);
        }
      }
    }
    return new Picture(height, width, channels, out);
  }

  private static byte eightBits(int sample, int bits) {
    return (byte) (bits >= 8 ? sample >>> (bits - 8) : sample * 255 / ((1 << bits) - 1));
  }
}
