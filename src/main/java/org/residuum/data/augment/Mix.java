package org.residuum.data.augment;

import java.nio.FloatBuffer;
import org.residuum.data.Mixing;
import org.residuum.data.prepare.SplitMix;
import org.residuum.network.Shape;

/**
 * How a batch is mixed: example i with example N - 1 - i, as timm does (of an odd number the middle
 * one stays as it is).
 *
 * @param lambda the share of the example itself
 * @param box what of the partner's picture is cut into its own; null for a weighted mean
 */
public record Mix(float lambda, Box box) {
  /** Nothing is mixed. */
  public static final Mix NONE = new Mix(1, null);

  /** The stream of random numbers beside those of the order and the augmentation of an epoch. */
  private static final long STREAM = 3;

  /** Rows {@code top} to {@code bottom - 1}, columns {@code left} to {@code right - 1}. */
  public record Box(int top, int left, int bottom, int right) {
    public int pixels() {
      return (bottom - top) * (right - left);
    }

    /**
     * The box of the share 1 - λ around a pixel, as far as it is within the picture (Yun et al.
     * 2019, equation 2).
     */
    static Box around(int y, int x, double lambda, int height, int width) {
      double side = Math.sqrt(1 - lambda);
      int halfHeight = (int) (height * side) / 2;
      int halfWidth = (int) (width * side) / 2;
      return new Box(
          Math.max(0, y - halfHeight),
          Math.max(0, x - halfWidth),
          Math.min(height, y + halfHeight),
          Math.min(width, x + halfWidth));
    }
  }

  /** The partner's share. */
  public float others() {
    return 1 - lambda;
  }

  /**
   * The mix of a batch, which (seed, epoch, batch) decide.
   *
   * @param epoch from 0
   * @param batch in the epoch, from 0
   * @param example (C, H, W), or (F) where nothing is cut
   */
  public static Mix draw(Mixing mixing, long seed, int epoch, int batch, Shape example) {
    Draws draws = Draws.of(SplitMix.at(SplitMix.at(SplitMix.at(seed, epoch), STREAM), batch));
    if (!mixing.isOn() || draws.unit() >= mixing.probability()) {
      return NONE;
    }
    boolean both = mixing.mixup() > 0 && mixing.cutmix() > 0;
    boolean cuts = both ? draws.unit() < 0.5 : mixing.cutmix() > 0;
    double lambda = Beta.draw(draws, cuts ? mixing.cutmix() : mixing.mixup());
    return cuts ? cut(draws, lambda, example) : new Mix((float) lambda, null);
  }

  private static Mix cut(Draws draws, double lambda, Shape example) {
    int height = example.extent(1);
    int width = example.extent(2);
    Box box = Box.around(draws.below(height), draws.below(width), lambda, height, width);
    return new Mix((float) (1 - box.pixels() / ((double) height * width)), box);
  }

  /**
   * Mixes the values of a batch in place.
   *
   * @param inputs (count, H, W, C) or (count, F), from index 0
   */
  public void apply(FloatBuffer inputs, int count, Shape example) {
    if (lambda == 1) {
      return;
    }
    int elements = example.elements();
    for (int i = 0; i < count / 2; i++) {
      int a = i * elements;
      int b = (count - 1 - i) * elements;
      if (box == null) {
        blend(inputs, a, b, elements);
      } else {
        swap(inputs, a, b, example);
      }
    }
  }

  private void blend(FloatBuffer inputs, int a, int b, int count) {
    for (int k = 0; k < count; k++) {
      float x = inputs.get(a + k);
      float y = inputs.get(b + k);
      inputs.put(a + k, lambda * x + others() * y);
      inputs.put(b + k, lambda * y + others() * x);
    }
  }

  private void swap(FloatBuffer inputs, int a, int b, Shape example) {
    int channels = example.extent(0);
    int row = example.extent(2) * channels;
    for (int y = box.top(); y < box.bottom(); y++) {
      for (int k = y * row + box.left() * channels; k < y * row + box.right() * channels; k++) {
        float kept = inputs.get(a + k);
        inputs.put(a + k, inputs.get(b + k));
        inputs.put(b + k, kept);
      }
    }
  }
}
