package org.residuum.train;

import java.nio.FloatBuffer;
import org.residuum.backend.Slot;
import org.residuum.data.Dataset;
import org.residuum.data.Outputs;
import org.residuum.data.Task;
import org.residuum.data.load.Batch;
import org.residuum.data.load.Draw;
import org.residuum.network.loss.PointwiseLoss;
import org.residuum.plan.Gradients;
import org.residuum.train.loop.Scores;

/** Labels that do not exclude each other, or numbers on the scale of the outputs. */
final class TargetTruth implements Truth {
  private final Outputs outputs;
  private final float[] row;

  /** Of labels that an example has; null where they count once. */
  private final double[] weights;

  /** Of outputs that are no classes. */
  TargetTruth(Outputs outputs, Dataset training, Balance balance) {
    this.outputs = outputs;
    row = new float[training.labels().size()];
    weights = balance.weighs() ? ClassWeights.ofLabels(balance, training) : null;
  }

  /** The loss of a task that is not one of classes. */
  static PointwiseLoss loss(Task task) {
    return switch (task) {
      case MULTILABEL -> new PointwiseLoss(PointwiseLoss.Kind.BINARY_CROSS_ENTROPY);
      case REGRESSION -> new PointwiseLoss(PointwiseLoss.Kind.SQUARED_ERROR);
      case CLASSIFY -> throw new IllegalArgumentException("classes have a softmax cross-entropy");
    };
  }

  @Override
  public PointwiseLoss loss() {
    return weights == null
        ? loss(outputs.task())
        : new PointwiseLoss(PointwiseLoss.Kind.WEIGHTED_BINARY_CROSS_ENTROPY);
  }

  @Override
  public void fill(Slot slot, Batch<Draw> batch) {
    FloatBuffer targets = slot.input(Gradients.TARGETS);
    for (int i = 0; i < batch.size(); i++) {
      Draw example = batch.item(i);
      example.dataset().targets(example.index(), row);
      outputs.standardize(row);
      for (int k = 0; weights != null && k < row.length; k++) {
        row[k] *= (float) weights[k];
      }
      targets.put(i * row.length, row, 0, row.length);
    }
  }

  @Override
  public boolean tellsRight() {
    return false;
  }

  @Override
  public int right(Slot slot, Scores scores) {
    return 0;
  }
}
