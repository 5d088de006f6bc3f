package org.residuum.data.augment;

import org.residuum.data.PictureChange;

/** Rectangles at random places, drawn as torchvision draws them. */
final class Boxes {
  private static final int TRIES = 10;

  private Boxes() {}

  /** A part of a picture, in pixels. */
  record Box(int top, int left, int height, int width) {}

  /** What a resized crop sees of a picture; the middle where ten draws do not fit into it. */
  static Box crop(int height, int width, PictureChange.ResizedCrop limits, Draws draws) {
    double area = (double) height * width;
    for (int i = 0; i < TRIES; i++) {
      double target = area * draws.between(limits.minArea(), limits.maxArea());
      double ratio = ratio(limits.minRatio(), limits.maxRatio(), draws);
      int wide = rounded(Math.sqrt(target * ratio));
      int tall = rounded(Math.sqrt(target / ratio));
      if (wide > 0 && wide <= width && tall > 0 && tall <= height) {
        return somewhere(height, width, tall, wide, draws);
      }
    }
    return middle(height, width, limits);
  }

  /** As much of it as the ratios allow. */
  private static Box middle(int height, int width, PictureChange.ResizedCrop limits) {
    double ratio = (double) width / height;
    int tall = ratio < limits.minRatio() ? rounded(width / limits.minRatio()) : height;
    int wide = ratio > limits.maxRatio() ? rounded(height * limits.maxRatio()) : width;
    return new Box((height - tall) / 2, (width - wide) / 2, tall, wide);
  }

  /** What is erased; an empty box where nothing is. */
  static Box erased(int height, int width, PictureChange.Erasing limits, Draws draws) {
    double area = (double) height * width;
    for (int i = 0; i < TRIES; i++) {
      double target = area * draws.between(limits.minArea(), limits.maxArea());
      double ratio = ratio(limits.minRatio(), limits.maxRatio(), draws);
      int tall = rounded(Math.sqrt(target * ratio));
      int wide = rounded(Math.sqrt(target / ratio));
      if (tall < height && wide < width) {
        return somewhere(height, width, tall, wide, draws);
      }
    }
    return new Box(0, 0, 0, 0);
  }

  /** At any place within the picture, each as likely as another. */
  private static Box somewhere(int height, int width, int tall, int wide, Draws draws) {
    int top = draws.below(height - tall + 1);
    return new Box(top, draws.below(width - wide + 1), tall, wide);
  }

  /** Evenly in the logarithm. */
  private static double ratio(double min, double max, Draws draws) {
    return Math.exp(draws.between(Math.log(min), Math.log(max)));
  }

  /** Python's round. */
  private static int rounded(double length) {
    return (int) Math.rint(length);
  }
}
