package org.residuum.train;

import java.util.List;
import org.residuum.network.Parameters;

/**
 * What a training brought.
 *
 * @param history an entry an epoch; empty where not even the first was completed
 * @param last the weights after the last entry of the history, else those it began with
 * @param best the weights after the epoch of the highest test accuracy, else those it began with.
 *     Chosen on the test set, its accuracy there is an optimistic estimate
 * @param bestEpoch that epoch, from 1; 0 for none
 */
public record TrainingResult(
    List<EpochResult> history, Parameters last, Parameters best, int bestEpoch) {
  public TrainingResult {
    history = List.copyOf(history);
  }

  /** The last epoch's figures. */
  public EpochResult lastResult() {
    return result(history.size());
  }

  /** The best epoch's figures. */
  public EpochResult bestResult() {
    return result(bestEpoch);
  }

  private EpochResult result(int epoch) {
    if (history.isEmpty()) {
      throw new IllegalStateException("no epoch was completed");
    }
    return history.get(epoch - 1);
  }
}
