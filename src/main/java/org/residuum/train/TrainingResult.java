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
   * @param pace how fast it was, evaluation apart
   * @param gradients how large they were
   * @param validation on the validation set, with the weights at the end of the epoch; {@link
   *     Evaluation#NONE} without such a set
   */
  public record EpochResult(
      int epoch,
      double trainLoss,
      double trainAccuracy,
      double learningRate,
      Pace pace,
      GradientNorms gradients,
      Evaluation validation) {
    /** While training, evaluation apart. */
    public double imagesPerSecond() {
      return pace.imagesPerSecond();
    }

    /** Duration, evaluation apart. */
    public double trainSeconds() {
      return pace.seconds();
    }
  }

  /**
   * How fast the steps of an epoch were.
   *
   * @param images that were learned from
   * @param waitingSeconds of the seconds, those in which the device had nothing to do since no
   *     batch was ready
   */
  public record Pace(int steps, long images, double seconds, double waitingSeconds) {
    public double imagesPerSecond() {
      return images / seconds;
    }

    /** Between 0 and 1. */
    public double waitingShare() {
      return seconds > 0 ? waitingSeconds / seconds : 0;
    }
  }

  /**
   * The L2 norms of an epoch's gradients, before they are limited.
   *
   * @param mean over its steps, of all parameters together
   * @param clippedShare of its steps, those whose norm was above the limit; 0 without one
   * @param last those of each trained parameter at its last step
   */
  public record GradientNorms(double mean, double clippedShare, List<ParameterNorm> last) {
    public GradientNorms {
      last = List.copyOf(last);
    }
  }

  /**
   * The L2 norms of one parameter.
   *
   * @param name for example {@code layer1.0.conv1.weight}
   * @param weight after the step
   */
  public record ParameterNorm(String name, double gradient, double weight) {}
}
