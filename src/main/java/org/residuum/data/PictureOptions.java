package org.residuum.data;

import java.util.Objects;

/**
 * How picture files are decoded.
 *
 * @param colorProfile what happens to colour profiles
 * @param maxPixels the most pixels a picture may have; what the heap holds is a limit besides
 * @param detail with how much care pictures are decoded that are fitted to a network's input
 */
public record PictureOptions(ColorProfile colorProfile, long maxPixels, Detail detail) {
  /** Profiles are ignored; the pixels at most are those at which PIL, too, refuses a picture. */
  public static final PictureOptions DEFAULTS =
      new PictureOptions(ColorProfile.IGNORE, 178_956_970, Detail.EXACT);

  /** With every detail. */
  public PictureOptions(ColorProfile colorProfile, long maxPixels) {
    this(colorProfile, maxPixels, Detail.EXACT);
  }

  public PictureOptions {
    Objects.requireNonNull(colorProfile, "colorProfile");
    Objects.requireNonNull(detail, "detail");
    if (maxPixels < 1) {
      throw new IllegalArgumentException("at most " + maxPixels + " pixels: it must be positive");
    }
  }

  public PictureOptions withColorProfile(ColorProfile value) {
    return new PictureOptions(value, maxPixels, detail);
  }

  public PictureOptions withMaxPixels(long value) {
    return new PictureOptions(colorProfile, value, detail);
  }

  public PictureOptions withDetail(Detail value) {
    return new PictureOptions(colorProfile, maxPixels, value);
  }

  /** With how much care a picture is decoded that is then made smaller. */
  public enum Detail {
    /** Every pixel counts, as where the picture was decoded whole and then resized. */
    EXACT,
    /**
     * A JPEG is decoded at a half, a quarter or an eighth of its size where that is not less than
     * the size it is resized to: PIL's draft mode. Large photos take half the time; their pixels
     * after resizing differ by some levels.
     */
    FAST
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
