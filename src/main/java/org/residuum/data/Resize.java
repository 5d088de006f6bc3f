package org.residuum.data;

import java.util.Objects;
import org.residuum.data.prepare.Fitting;
import org.residuum.network.Shape;

/**
 * How a picture of any size becomes the network's input size: it is resized as the policy says,
 * then the input's size is cut out of the centre; where the picture is smaller, it is padded.
 *
 * @param policy the rule
 * @param height that the rule resizes to, in pixels; 0, as the width then is, for the input's
 * @param width likewise
 * @param filter that computes the pixels of another size
 * @param fill the colour of what is padded, {@code 0xRRGGBB}; 0 is black
 */
public record Resize(Policy policy, int height, int width, Filter filter, int fill) {
  private static final int SMALLEST_CROPPED = 128;
  private static final int WHITE = 0xffffff;

  /** The four rules. */
  public enum Policy {
    /** The picture must have the input's size already. */
    NONE,
    /** Both sides are resized, whatever that does to the proportions. */
    SQUASH,
    /** Proportions stay: the picture covers the size, and more where they differ. */
    CROP,
    /** Proportions stay: the picture lies within the size, padded where they differ. */
    PAD
  }

  /** PIL's filters. All but the nearest pixel's widen as a picture shrinks: antialiasing. */
  public enum Filter {
    NEAREST,
    BOX,
    BILINEAR,
    HAMMING,
    BICUBIC,
    LANCZOS
  }

  public Resize {
    Objects.requireNonNull(filter, "filter");
    boolean sized = height > 0 && width > 0;
    boolean unsized = height == 0 && width == 0;
    if (!(sized || unsized) || sized && policy == Policy.NONE) {
      throw new IllegalArgumentException(
          "resize %s to %s x %s: both sides are 1 or more pixels, or both 0; NONE has none"
              .formatted(policy, height, width));
    }
    if (unsized && policy == Policy.CROP) {
      throw new IllegalArgumentException("resize CROP needs a size, of at least 1 pixel");
    }
    if (fill < 0 || fill > WHITE) {
      throw new IllegalArgumentException("fill " + fill + ": it is 0 to 0xffffff, 0xRRGGBB");
    }
  }

  private static Resize of(Policy policy, int height, int width) {
    return new Resize(policy, height, width, Filter.BILINEAR, 0);
  }

  public static Resize none() {
    return of(Policy.NONE, 0, 0);
  }

  /** Resizes both sides to the input's. */
  public static Resize squash() {
    return squash(0, 0);
  }

  /** Resizes both sides to these, then crops or pads to the input's. */
  public static Resize squash(int height, int width) {
    return of(Policy.SQUASH, height, width);
  }

  /**
   * The usual one for examples of a shape: pictures from 128 pixels on are cropped as ImageNet's,
   * the shorter side to 256 for 224 and in proportion; smaller ones are seen whole.
   *
   * @param example (C, H, W) or (F)
   */
  public static Resize usual(Shape example) {
    if (example.rank() != 3 || Math.min(example.extent(1), example.extent(2)) < SMALLEST_CROPPED) {
      return squash();
    }
    int side = Math.min(example.extent(1), example.extent(2));
    return crop(Math.max(side * 256 / 224, Math.max(example.extent(1), example.extent(2))));
  }

  /** Resizes the shorter side to {@code shorterSide} pixels, then crops the centre. */
  public static Resize crop(int shorterSide) {
    return crop(shorterSide, shorterSide);
  }

  /**
   * Resizes so that the picture just covers these pixels, then crops the centre. For equal sides
   * the longer is rounded down, as by torchvision's Resize, else to the nearest, as by timm's
   * ResizeKeepRatio.
   */
  public static Resize crop(int height, int width) {
    return of(Policy.CROP, height, width);
  }

  /** Resizes so that the picture lies within the input, then pads. */
  public static Resize pad() {
    return pad(0, 0);
  }

  /** Resizes so that the picture just lies within these pixels, then crops or pads. */
  public static Resize pad(int height, int width) {
    return of(Policy.PAD, height, width);
  }

  /** The same with another filter. */
  public Resize withFilter(Filter other) {
    return new Resize(policy, height, width, other, fill);
  }

  /** The same with another colour of what is padded, {@code 0xRRGGBB}. */
  public Resize withFill(int color) {
    return new Resize(policy, height, width, filter, color);
  }

  /**
   * The same rule to the size of which the input is this fraction, as timm's {@code crop_pct}.
   *
   * @param fraction above 0, at most 1
   * @param input (C, H, W)
   */
  public Resize withCropFraction(double fraction, Shape input) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "crop fraction " + fraction + ": it is above 0 and at most 1");
    }
    int tall = (int) Math.floor(input.extent(1) / fraction);
    int wide = (int) Math.floor(input.extent(2) / fraction);
    return new Resize(policy, tall, wide, filter, fill);
  }

  /** For {@link Policy#CROP} to equal sides, the length of the shorter in pixels; else 0. */
  public int shorterSide() {
    return policy == Policy.CROP && height == width ? height : 0;
  }

  /** What is made of a picture for an input, other than for {@link Policy#NONE}. */
  Fitting fitting(int pictureHeight, int pictureWidth, int inputHeight, int inputWidth) {
    long[] size =
        size(
            pictureHeight,
            pictureWidth,
            height == 0 ? inputHeight : height,
            width == 0 ? inputWidth : width);
    return Fitting.centre(size[0], size[1], inputHeight, inputWidth, filter);
  }

  /** Height and width of the resized picture. */
  private long[] size(int pictureHeight, int pictureWidth, int tall, int wide) {
    if (policy == Policy.SQUASH) {
      return new long[] {tall, wide};
    }
    if (policy == Policy.CROP && tall == wide) {
      return Picture.sizeWithShorterSide(pictureHeight, pictureWidth, tall);
    }
    double down = (double) pictureHeight / tall;
    double across = (double) pictureWidth / wide;
    double ratio = policy == Policy.CROP ? Math.min(down, across) : Math.max(down, across);
    return new long[] {
      Math.max(1, (long) Math.rint(pictureHeight / ratio)),
      Math.max(1, (long) Math.rint(pictureWidth / ratio))
    };
  }
}
