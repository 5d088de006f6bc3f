package org.residuum.train;

import java.util.Objects;
import org.residuum.backend.UpdateRule;
import org.residuum.data.Augmentation;

/**
 * How to train; see {@link #builder()} for one with defaults, {@link Recipe} for those that suit a
 * network and its data.
 *
 * @param epochs passes over the training data
 * @param batch examples a step
 * @param maxGradientNorm the global norm above which gradients are scaled down; 0 for none
 * @param labelSmoothing share of the target that is spread over all classes, 0 to below 1
 * @param averagedShare 0 to 1: at the end, the weights become the mean of those after each of the
 *     last epochs, this share of them all, and running statistics are measured anew; 0 for none
 * @param seed decides first weights, order of examples and augmentation
 * @param loaderThreads threads that load ahead; the result does not depend on it
 */
public record TrainingOptions(
    int epochs,
    int batch,
    UpdateRule rule,
    Schedule schedule,
    double maxGradientNorm,
    double labelSmoothing,
    double averagedShare,
    long seed,
    Augmentation augmentation,
    int loaderThreads) {
  public TrainingOptions {
    requireAtLeastOne("epochs", epochs);
    requireAtLeastOne("batch size", batch);
    requireAtLeastOne("loader threads", loaderThreads);
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(augmentation, "augmentation");
    if (!(maxGradientNorm >= 0)) {
      throw new IllegalArgumentException(
          "the largest gradient norm must be at least 0 (0 for none), not " + maxGradientNorm);
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing must be at least 0 and below 1, not " + labelSmoothing);
    }
    if (!(averagedShare >= 0 && averagedShare <= 1)) {
      throw new IllegalArgumentException(
          "the averaged share of the epochs must be in 0..1, not " + averagedShare);
    }
  }

  /** Ten epochs of batches of 128, Nesterov momentum 0.9, one cycle to rate 0.1, seed 0. */
  public static TrainingOptionsBuilder builder() {
    return new TrainingOptionsBuilder();
  }

  /** How many batches an epoch of so many examples has, the last one filled up. */
  public int stepsPerEpoch(int examples) {
    return -Math.floorDiv(-examples, batch);
  }

  /** How many last epochs' weights are averaged; below 2, none are. */
  public int averagedEpochs() {
    return (int) Math.round(averagedShare * epochs);
  }

  /** A builder that starts from these. */
  public TrainingOptionsBuilder toBuilder() {
    return new TrainingOptionsBuilder(this);
  }

  private static void requireAtLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, not " + value);
    }
  }
}
