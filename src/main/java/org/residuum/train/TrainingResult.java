package org.residuum.train;

import java.util.List;
import org.residuum.network.Parameters;

/**
 * What a training brought.
 *
 * @param history an entry an epoch of this run; empty where not even one was completed
 * @param last the weights after the last entry of the history, averaged where the options say so;
 *     without an entry those it began with
 * @param best the best epoch by the validation set, which may be one before this run; chosen on
 *     that set, its accuracy there is an optimistic estimate
 * @param checkpoint where the training can go on; at its end, a longer one
 * @param stopped whether it was asked to stop before its end
 */
public record TrainingResult(
    List<EpochResult> history,
    Parameters last,
    Checkpoint.Best best,
    Checkpoint checkpoint,
    boolean stopped) {
  public TrainingResult {
    history = List.copyOf(history);
  }

  /** The last epoch's figures. */
  public EpochResult lastResult() {
    requireHistory();
    return history.get(history.size() - 1);
  }

  /** The best epoch's figures. */
  public EpochResult bestResult() {
    requireHistory();
    if (best.epoch() < history.get(0).epoch()) {
      throw new IllegalStateException("the best epoch, " + best.epoch() + ", is of an earlier run");
    }
    return history.get(best.epoch() - history.get(0).epoch());
  }

  private void requireHistory() {
    if (history.isEmpty()) {
      throw new IllegalStateException("no epoch was completed");
    }
  }

  /**
   * What one epoch brought.
   *
   * @param epoch from 1
   * @param trainLoss mean over the epoch's batches, each before its update
   * @param trainAccuracy share of the epoch's examples, as augmented, that were classified right
   * @param learningRate of the last step
   * @param imagesPerSecond while training, evaluation apart
   * @param trainSeconds duration, evaluation apart
   * @param validation on the validation set, with the weights at the end of the epoch; {@link
   *     Evaluation#NONE} without such a set
   */
  public record EpochResult(
      int epoch,
      double trainLoss,
      double trainAccuracy,
      double learningRate,
      double imagesPerSecond,
      double trainSeconds,
      Evaluation validation) {}
}
