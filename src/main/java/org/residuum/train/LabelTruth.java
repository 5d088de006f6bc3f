package org.residuum.train;

import java.nio.FloatBuffer;
import org.residuum.backend.Slot;
import org.residuum.data.load.Batch;
import org.residuum.data.load.Draw;
import org.residuum.network.loss.Loss;
import org.residuum.network.loss.SoftmaxCrossEntropy;
import org.residuum.plan.Gradients;
import org.residuum.train.loop.Scores;

/** The class of each example. */
record LabelTruth(double smoothing) implements Truth {
  @Override
  public Loss loss() {
    return new SoftmaxCrossEntropy((float) smoothing);
  }

  @Override
  public void fill(Slot slot, Batch<Draw> batch) {
    FloatBuffer labels = slot.input(Gradients.LABELS);
    for (int row = 0; row < batch.size(); row++) {
      labels.put(row, batch.item(row).label());
    }
  }

  @Override
  public int right(Slot slot, Scores scores) {
    FloatBuffer labels = slot.input(Gradients.LABELS);
    int right = 0;
    for (int row = 0; row < labels.limit(); row++) {
      right += scores.rank(row, (int) labels.get(row)) == 0 ? 1 : 0;
    }
    return right;
  }
}
