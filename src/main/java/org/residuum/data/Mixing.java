package org.residuum.data;

/**
 * Mixes the examples of a training batch in pairs, the first with the last and so on, pictures and
 * what they are told to be alike: by a weighted mean, λ x + (1 - λ) x' (mixup, Zhang et al. 2018),
 * or by a box of x' in x, whose share of the picture is 1 - λ (cutmix, Yun et al. 2019). λ is drawn
 * from Beta(α, α) for each batch.
 *
 * @param mixup its α; 0 for none
 * @param cutmix its α; 0 for none; with both, one of them is drawn for each batch
 * @param probability with which a batch is mixed, above 0 to 1
 */
public record Mixing(double mixup, double cutmix, double probability) {
  /** Examples as they are. */
  public static final Mixing NONE = new Mixing(0, 0, 1);

  public Mixing {
    requireAlpha("mixup", mixup);
    requireAlpha("cutmix", cutmix);
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "the probability with which a batch is mixed is above 0 and at most 1, not "
              + probability
              + "; without mixup and cutmix none is");
    }
  }

  private static void requireAlpha(String what, double alpha) {
    if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the alpha of " + what + " is at least 0 (0 for none) and finite, not " + alpha);
    }
  }

  /**
   * Checks that it is for these data.
   *
   * @throws IllegalArgumentException where a batch has no pairs, pictures are to be cut out of
   *     vectors, or the examples have no class each
   */
  public void requireFit(Dataset training, int batch) {
    if (!isOn()) {
      return;
    }
    if (training.task() != Task.CLASSIFY) {
      throw new IllegalArgumentException(
          "mixing takes examples of one class each; " + training.name() + " has others");
    }
    if (cutmix > 0 && training.exampleShape().rank() != 3) {
      throw new IllegalArgumentException(
          "boxes are cut out of pictures; " + training.name() + " has vectors; use mixup");
    }
    if (batch == 1) {
      throw new IllegalArgumentException(
          "the examples of a batch are mixed in pairs; use batches of 2 or more");
    }
  }

  /** Whether it changes anything. */
  public boolean isOn() {
    return mixup > 0 || cutmix > 0;
  }
}
