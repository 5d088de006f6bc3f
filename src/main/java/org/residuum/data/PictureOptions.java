package org.residuum.data;

import java.util.Objects;

/**
 * How picture files are decoded.
 *
 * @param colorProfile what happens to colour profiles
 * @param maxPixels the most pixels a picture may have; what the heap holds is a limit besides
 */
public record PictureOptions(ColorProfile colorProfile, long maxPixels) {
  /** Profiles are ignored; the pixels at most are those at which PIL, too, refuses a picture. */
  public static final PictureOptions DEFAULTS =
      new PictureOptions(ColorProfile.IGNORE, 178_956_970);

  public PictureOptions {
    Objects.requireNonNull(colorProfile, "colorProfile");
    if (maxPixels < 1) {
      throw new IllegalArgumentException("at most " + maxPixels + " pixels: it must be positive");
    }
  }

  public PictureOptions withColorProfile(ColorProfile value) {
    return new PictureOptions(value, maxPixels);
  }

  public PictureOptions withMaxPixels(long value) {
    return new PictureOptions(colorProfile, value);
  }

  /** What happens to the colour profile (ICC) in a picture. */
  public enum ColorProfile {
    /**
     * The stored values are taken for sRGB, as by PIL, torchvision, timm and OpenCV, hence by those
     * who trained most models.
     */
    IGNORE,
    /** Grey and RGB values are converted to sRGB; the profiles of CMYK pictures are ignored. */
    APPLY
  }
}
