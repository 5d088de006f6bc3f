package org.residuum.data;

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
