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

  /** An average that goes on from the mean of {@code count} weights. */
  WeightAverage(Parameters mean, int count) {
    this.mean = mean.copy();
    this.count = count;
  }

  /** A copy of the mean so far, empty before the first. */
  Parameters mean() {
    return mean.copy();
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
