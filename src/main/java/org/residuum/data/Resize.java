package org.residuum.data;

import org.residuum.network.Shape;

/**
 * How a picture of any size becomes the network's input size.
 *
 * @param policy the rule
 * @param shorterSide for {@link Policy#CROP}, the length in pixels that the shorter side is resized
 *     to; otherwise 0
 */
public record Resize(Policy policy, int shorterSide) {
  private static final int SMALLEST_CROPPED = 128;

  /** The three rules. */
  public enum Policy {
    /** The picture must have the input's size already. */
    NONE,
    /** Both sides are resized to the input's, whatever that does to the proportions. */
    SQUASH,
    /** The shorter side is resized, then the input's size is cut out of the centre. */
    CROP
  }

  public Resize {
    boolean crop = policy == Policy.CROP;
    if (crop ? shorterSide < 1 : shorterSide != 0) {
      throw new IllegalArgumentException(
          "resize %s with shorter side %s: only CROP has a shorter side, of at least 1 pixel"
              .formatted(policy, shorterSide));
    }
  }

  public static Resize none() {
    return new Resize(Policy.NONE, 0);
  }

  public static Resize squash() {
    return new Resize(Policy.SQUASH, 0);
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
    return new Resize(Policy.CROP, shorterSide);
  }
}
