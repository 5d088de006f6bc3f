package org.residuum.data;

/**
 * How a picture of any size becomes the network's input size.
 *
 * @param policy the rule
 * @param shorterSide for {@link Policy#CROP}, the length in pixels that the shorter side is resized
 *     to; otherwise 0
 */
public record Resize(Policy policy, int shorterSide) {
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
          "resize "
              + policy
              + " with shorter side "
              + shorterSide
              + ": only CROP has a shorter side, of at least 1 pixel");
    }
  }

  public static Resize none() {
    return new Resize(Policy.NONE, 0);
  }

  public static Resize squash() {
    return new Resize(Policy.SQUASH, 0);
  }

  /** Resizes the shorter side to {@code shorterSide} pixels, then crops the centre. */
  public static Resize crop(int shorterSide) {
    return new Resize(Policy.CROP, shorterSide);
  }
}
