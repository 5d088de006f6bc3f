package org.residuum.train;

import java.nio.FloatBuffer;
import org.residuum.backend.Slot;
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

  /**
   * Of outputs that are no classes.
   *
   * @param width how many there are
   */
  TargetTruth(Outputs outputs, int width) {
    this.outputs = outputs;
    row = new float[width];
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
    return loss(outputs.task());
  }

  @Override
  public void fill(Slot slot, Batch<Draw> batch) {
    FloatBuffer targets = slot.input(Gradients.TARGETS);
    for (int i = 0; i < batch.size(); i++) {
      Draw example = batch.item(i);
      example.dataset().targets(example.index(), row);
      outputs.standardize(row);
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
