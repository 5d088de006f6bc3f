package org.residuum.data.decode;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import org.residuum.data.Picture;

/** Converts pictures from their colour profile to sRGB with the JDK's Little CMS. */
final class SrgbConversion {
  private SrgbConversion() {}

  /** The picture in sRGB; as it is if the profile is damaged or for other channels. */
  static Picture of(Picture picture, byte[] icc) {
    try {
      ICC_Profile profile = ICC_Profile.getInstance(icc);
      if (profile.getNumComponents() != picture.channels()) {
        return picture;
      }
      ICC_Profile srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
      byte[] out = new byte[Math.multiplyExact(3, picture.height() * picture.width())];
      Picture converted = new Picture(picture.height(), picture.width(), 3, out);
      new ColorConvertOp(new ICC_Profile[] {profile, srgb}, null)
          .filter(raster(picture), raster(converted));
      return converted;
    } catch (IllegalArgumentException | CMMException damagedProfile) {
      return picture;
    }
  }

  private static WritableRaster raster(Picture picture) {
    int channels = picture.channels();
    return Raster.createInterleavedRaster(
        new DataBufferByte(picture.pixels(), picture.pixels().length),
        picture.width(),
        picture.height(),
        picture.width() * channels,
        channels,
        channels == 1 ? new int[] {0} : new int[] {0, 1, 2},
        null);
  }
}
