package org.residuum.data;

import java.util.Objects;

/**
 * A random change to a training picture, with the numbers that it is drawn by; {@link Augmentation}
 * says in which order several are applied. Formulas and draws are torchvision's, on 8-bit pictures.
 */
public sealed interface PictureChange {
  /**
   * A random part of a picture is resized to the whole input: Szegedy et al., "Going deeper with
   * convolutions", CVPR 2015, section 6; torchvision's {@code RandomResizedCrop}. Of a folder of
   * pictures the part is one of the picture on disk, before it is fitted to the input.
   *
   * @param minArea share of the picture's area, above 0
   * @param maxArea likewise, at most 1
   * @param minRatio width over height
   * @param maxRatio likewise
   */
  record ResizedCrop(double minArea, double maxArea, double minRatio, double maxRatio)
      implements PictureChange {
    private static final double SLIMMEST = 3 / 4.0;
    private static final double WIDEST = 4 / 3.0;

    public ResizedCrop {
      requireArea(minArea, maxArea);
      requireRatio(minRatio, maxRatio);
    }

    /** With ratios from 3/4 to 4/3. */
    public ResizedCrop(double minArea, double maxArea) {
      this(minArea, maxArea, SLIMMEST, WIDEST);
    }

    /** An area from 0.08 to 1, as usual for ImageNet. */
    public ResizedCrop() {
      this(0.08, 1);
    }
  }

  /**
   * Operations drawn from a list of 14, all of the same strength: Cubuk et al., "RandAugment:
   * Practical automated data augmentation with a reduced search space", CVPR Workshops 2020.
   * Identity, shears, translations, rotation, brightness, color, contrast, sharpness, posterize,
   * solarize, autocontrast and equalize; the nearest pixel is taken where pixels move, with black
   * outside.
   *
   * @param operations drawn for each picture, 1 to 14; usual is 2
   * @param magnitude their strength, 0 to 30; usual is 9
   */
  record RandAugment(int operations, int magnitude) implements PictureChange {
    /** The greatest magnitude. */
    public static final int STRONGEST = 30;

    private static final int KNOWN = 14;

    public RandAugment {
      if (operations < 1 || operations > KNOWN) {
        throw new IllegalArgumentException(
            "randaugment of " + operations + " operations: 1 to " + KNOWN + " are possible");
      }
      if (magnitude < 0 || magnitude > STRONGEST) {
        throw new IllegalArgumentException(
            "randaugment of magnitude " + magnitude + ": it is 0 to " + STRONGEST);
      }
    }

    /** Two operations of magnitude 9. */
    public RandAugment() {
      this(2, 9);
    }
  }

  /**
   * Random brightness, contrast, saturation and hue, in a random order; torchvision's {@code
   * ColorJitter}. Factors are drawn from max(0, 1 - x) to 1 + x; the hue turns by a share of the
   * circle, from -x to x. Grey pictures have neither saturation nor hue.
   *
   * @param brightness at least 0, as the others; 0 leaves it as it is
   * @param hue at most 0.5
   */
  record ColorJitter(double brightness, double contrast, double saturation, double hue)
      implements PictureChange {
    private static final double HALF_CIRCLE = 0.5;
    private static final double MOST = 100;

    public ColorJitter {
      require("brightness", brightness, MOST);
      require("contrast", contrast, MOST);
      require("saturation", saturation, MOST);
      require("hue", hue, HALF_CIRCLE);
    }

    /** The same for brightness, contrast and saturation, as timm's {@code color_jitter}. */
    public ColorJitter(double strength) {
      this(strength, strength, strength, 0);
    }

    private static void require(String name, double value, double most) {
      if (!(value >= 0 && value <= most)) {
        throw new IllegalArgumentException(
            "jitter of %s by %s: it is 0 to %s".formatted(name, value, most));
      }
    }
  }

  /**
   * A rectangle at a random place is filled with one colour: Zhong et al., "Random erasing data
   * augmentation", AAAI 2020; torchvision's {@code RandomErasing}.
   *
   * @param probability that a picture is changed, 0 to 1
   * @param minArea share of the picture's area, above 0
   * @param maxArea likewise, at most 1
   * @param minRatio height over width
   * @param maxRatio likewise
   * @param fill with what
   */
  record Erasing(
      double probability,
      double minArea,
      double maxArea,
      double minRatio,
      double maxRatio,
      Fill fill)
      implements PictureChange {
    /** What takes the place of the pixels. */
    public enum Fill {
      /** The mean colour of the preprocessing, to the nearest byte: a network sees zeros. */
      MEAN,
      /** Black. */
      BLACK
    }

    public Erasing {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(
            "erase with probability " + probability + ": it is 0 to 1");
      }
      requireArea(minArea, maxArea);
      requireRatio(minRatio, maxRatio);
      Objects.requireNonNull(fill, "fill");
    }

    /** An area from 0.02 to 0.33 in ratios from 0.3 to 3.3, with the mean colour. */
    public Erasing(double probability) {
      this(probability, 0.02, 0.33, 0.3, 3.3, Fill.MEAN);
    }

    /** The same of other areas. */
    public Erasing withArea(double min, double max) {
      return new Erasing(probability, min, max, minRatio, maxRatio, fill);
    }

    /** The same filled with something else. */
    public Erasing withFill(Fill value) {
      return new Erasing(probability, minArea, maxArea, minRatio, maxRatio, value);
    }
  }

  private static void requireArea(double min, double max) {
    if (!(min > 0 && min <= max && max <= 1)) {
      throw new IllegalArgumentException(
          "area from %s to %s of the picture: above 0, at most 1, the smaller first"
              .formatted(min, max));
    }
  }

  private static void requireRatio(double min, double max) {
    if (!(min >= 0.01 && min <= max && max <= 100)) {
      throw new IllegalArgumentException(
          "ratios from %s to %s: 0.01 to 100, the smaller first".formatted(min, max));
    }
  }
}
