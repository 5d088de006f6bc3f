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
  }

  /** Ten epochs of batches of 128, Nesterov momentum 0.9, one cycle to rate 0.1, seed 0. */
  public static TrainingOptionsBuilder builder() {
    return new TrainingOptionsBuilder();
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
