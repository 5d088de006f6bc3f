package org.residuum.train;

import java.nio.FloatBuffer;
import org.residuum.network.Parameters;

/**
 * The mean of the weights after several epochs, which often lies in a wider valley than each of
 * them (Izmailov et al. 2018, "Averaging weights leads to wider optima and better generalization",
 * algorithm 1).
 */
final class WeightAverage {
  private Parameters mean;
  private int count;

  /** An average that goes on from another. */
  WeightAverage(Checkpoint.EpochMean start) {
    mean = start.weights().copy();
    count = start.epochs();
  }

  /** A copy of what there is so far. */
  Checkpoint.EpochMean soFar() {
    return new Checkpoint.EpochMean(mean.copy(), count);
  }

  /** The mean itself, which {@link #add} changes. */
  Parameters mean() {
    return mean;
  }

  /** mean += (weights - mean) / count */
  void add(Parameters weights) {
    count++;
    if (count == 1) {
      mean = weights.copy();
      return;
    }
    mean.asMap().forEach((name, tensor) -> add(tensor.data(), weights.get(name).data()));
  }

  private void add(FloatBuffer means, FloatBuffer values) {
    for (int i = 0; i < means.limit(); i++) {
      float before = means.get(i);
      means.put(i, before + (values.get(i) - before) / count);
    }
  }
}
