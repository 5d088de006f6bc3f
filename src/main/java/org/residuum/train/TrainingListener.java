package org.residuum.train;

/** Hears of a training's progress, on the thread that trains. */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /** A step is done. */
  default void step(TrainingStep step) {}

  /** The validation set is being evaluated: {@code done} of {@code total} examples. */
  default void evaluating(int done, int total) {}

  /** An epoch is done and evaluated. */
  default void epochEnd(TrainingResult.EpochResult result) {}

  /**
   * One step of a training.
   *
   * @param epoch from 1
   * @param step within the epoch, from 1
   * @param steps steps an epoch
   * @param loss mean over the batch
   * @param gradientNorm global L2 norm of the gradients, before it is limited
   * @param pace of the epoch so far
   */
  record TrainingStep(
      int epoch,
      int step,
      int steps,
      double loss,
      double learningRate,
      double gradientNorm,
      TrainingResult.Pace pace) {
    /** Mean over the epoch so far. */
    public double imagesPerSecond() {
      return pace.imagesPerSecond();
    }
  }
}
