package org.residuum.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.residuum.data.prepare.SplitMix;
import org.residuum.network.Shape;

/**
 * Random changes to training pictures: pad with black by {@code padAndCrop} pixels on every side
 * and cut a picture of the old size out at a random place, mirror it left to right with probability
 * one half, then distort it. The usual choice for CIFAR is (4, true): He et al., "Deep residual
 * learning for image recognition", CVPR 2016, section 4.2. More are added by {@link #with}:
 *
 * <pre>{@code
 * new Augmentation(4, true).with(new RandAugment(2, 9)).with(new Erasing(0.25))
 * }</pre>
 *
 * A resized crop comes first, in place of padding and cropping; RandAugment, jitter and erasing
 * come last, in this order.
 *
 * @param padAndCrop pixels of padding on each side; 0 leaves pictures in place
 * @param horizontalFlip whether to mirror every second picture
 * @param distortion shifts by parts of a pixel, turns, stretches
 * @param changes the others, one of a kind, in the order in which they are applied
 */
public record Augmentation(
    int padAndCrop, boolean horizontalFlip, Distortion distortion, List<PictureChange> changes) {
  /** No change, as in evaluation. */
  public static final Augmentation NONE = new Augmentation(0, false);

  private static final int MAX_PADDING = 1024;

  public Augmentation {
    if (padAndCrop < 0 || padAndCrop > MAX_PADDING) {
      throw new IllegalArgumentException(
          "padAndCrop " + padAndCrop + " is not in 0.." + MAX_PADDING + " pixels");
    }
    Objects.requireNonNull(distortion, "distortion");
    changes = changes.stream().sorted(Comparator.comparing(Augmentation::turn)).toList();
    for (int i = 1; i < changes.size(); i++) {
      if (turn(changes.get(i - 1)) == turn(changes.get(i))) {
        throw new IllegalArgumentException(
            changes.get(i - 1) + " and " + changes.get(i) + " are of one kind; leave one away");
      }
    }
    if (padAndCrop > 0 && !changes.isEmpty() && turn(changes.get(0)) == 0) {
      throw new IllegalArgumentException(
          "crop and resized-crop both choose the part of a picture that is seen; leave one away");
    }
  }

  public Augmentation(int padAndCrop, boolean horizontalFlip) {
    this(padAndCrop, horizontalFlip, Distortion.NONE);
  }

  public Augmentation(int padAndCrop, boolean horizontalFlip, Distortion distortion) {
    this(padAndCrop, horizontalFlip, distortion, List.of());
  }

  private static int turn(PictureChange change) {
    if (change instanceof PictureChange.ResizedCrop) {
      return 0;
    }
    if (change instanceof PictureChange.RandAugment) {
      return 1;
    }
    return change instanceof PictureChange.ColorJitter ? 2 : 3;
  }

  /** The same and one more change. */
  public Augmentation with(PictureChange change) {
    List<PictureChange> more = new ArrayList<>(changes);
    more.add(change);
    return new Augmentation(padAndCrop, horizontalFlip, distortion, more);
  }

  /** Its change of this kind, if it has one. */
  public <T extends PictureChange> Optional<T> change(Class<T> kind) {
    return changes.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /**
   * Reads what {@code train --augment} takes: a list such as {@code
   * crop-flip,jitter:0.4,erase:0.25}, each with its numbers or without.
   *
   * @param example {@code (C, H, W)}; by its size pictures are cropped and distorted where no
   *     numbers say how much
   * @throws IllegalArgumentException naming what is unknown, with the nearest that is known, or
   *     what contradicts what
   */
  public static Augmentation parse(String text, Shape example) {
    return AugmentationText.parse(text, example);
  }

  /** As {@link #parse} reads it, all that depends on the pictures' size given. */
  @Override
  public String toString() {
    return AugmentationText.of(this);
  }

  public static Augmentation of(Distortion distortion) {
    return new Augmentation(0, false, distortion);
  }

  /** Down by 0..2 {@code padAndCrop} rows into the padded picture. */
  public int offsetY(long bits) {
    return SplitMix.below(SplitMix.at(bits, 0), 2 * padAndCrop + 1);
  }

  /** Right by 0..2 {@code padAndCrop} columns into the padded picture. */
  public int offsetX(long bits) {
    return SplitMix.below(SplitMix.at(bits, 1), 2 * padAndCrop + 1);
  }

  public boolean flips(long bits) {
    return horizontalFlip && SplitMix.at(bits, 2) < 0;
  }

  /**
   * Random affine maps of training pictures about their middle, sampled bilinearly with black
   * outside: what a slightly different hand or camera would have made (Simard, Steinkraus and
   * Platt, ICDAR 2003). Each amount is drawn evenly from minus to plus its limit.
   *
   * @param shift pixels in each direction, fractions included
   * @param turn degrees
   * @param stretch relative change of height and width, drawn for each
   * @param shear columns a row leans sideways
   */
  public record Distortion(double shift, double turn, double stretch, double shear) {
    /** No change. */
    public static final Distortion NONE = new Distortion(0, 0, 0, 0);

    /** What suits characters of a height: a sixteenth of it, 5°, a tenth, a tenth. */
    public static Distortion ofSide(int pixels) {
      return new Distortion(pixels / 16.0, 5, 0.1, 0.1);
    }

    public Distortion {
      requireBelow("shift", shift, 1024);
      requireBelow("turn", turn, 180);
      requireBelow("stretch", stretch, 0.9);
      requireBelow("shear", shear, 0.9);
    }

    private static void requireBelow(String name, double value, double limit) {
      if (!(value >= 0 && value <= limit)) {
        throw new IllegalArgumentException(name + " " + value + " is not in 0.." + limit);
      }
    }
  }
}
