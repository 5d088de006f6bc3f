package org.residuum.train;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.residuum.backend.Slot;
import org.residuum.data.Dataset;
import org.residuum.data.augment.Mix;
import org.residuum.data.load.Batch;
import org.residuum.data.load.Draw;
import org.residuum.network.Shape;
import org.residuum.network.loss.Loss;
import org.residuum.network.loss.SoftTargetCrossEntropy;
import org.residuum.plan.Gradients;
import org.residuum.train.loop.Scores;

/**
 * Of each example a target for each class: with class weights w, label smoothing s and an example
 * that is mixed of one of class a and one of class b,
 *
 * <pre>
 * t_k = w_k ((1 - s) (λ [k = a] + (1 - λ) [k = b]) + s / classes) · N / Σ_i (λ w_a(i) + (1 - λ) w_b(i))
 * </pre>
 *
 * so that the mean over the N examples is λ times PyTorch's weighted cross-entropy of a and 1 - λ
 * times that of b. The right answer is the class of the larger share, a where both are equal.
 */
final class SoftTruth implements Truth {
  private final TrainingOptions options;
  private final Shape example;
  private final double[] weights;
  private final double[] row;
  private final Map<Slot, int[]> rightOf = new HashMap<>();
  private Mix mix = Mix.NONE;

  SoftTruth(TrainingOptions options, Dataset training) {
    this.options = options;
    this.example = training.exampleShape();
    this.weights = ClassWeights.of(options.balance(), training);
    this.row = new double[weights.length];
  }

  @Override
  public Loss loss() {
    return new SoftTargetCrossEntropy();
  }

  @Override
  public boolean changesInputs() {
    return options.mixing().isOn();
  }

  @Override
  public void prepare(Batch<Draw> batch, int epoch, int number) {
    mix = Mix.draw(options.mixing(), options.seed(), epoch, number, example);
    mix.apply(batch.inputs(), batch.size(), example);
  }

  @Override
  public void fill(Slot slot, Batch<Draw> batch) {
    FloatBuffer targets = slot.input(Gradients.TARGETS);
    int[] right = rightOf.computeIfAbsent(slot, any -> new int[options.batch()]);
    double sum = 0;
    for (int i = 0; i < batch.size(); i++) {
      sum += mix.lambda() * weights[label(batch, i)] + mix.others() * weights[partner(batch, i)];
    }
    double scale = sum == 0 ? 0 : batch.size() / sum;
    for (int i = 0; i < batch.size(); i++) {
      right[i] = mix.lambda() >= mix.others() ? label(batch, i) : partner(batch, i);
      share(label(batch, i), partner(batch, i));
      for (int k = 0; k < row.length; k++) {
        targets.put(i * row.length + k, (float) (row[k] * weights[k] * scale));
      }
    }
  }

  private static int label(Batch<Draw> batch, int row) {
    return batch.item(row).label();
  }

  private static int partner(Batch<Draw> batch, int row) {
    return label(batch, batch.size() - 1 - row);
  }

  /** What an example is of each class. */
  private void share(int own, int other) {
    double smoothing = options.labelSmoothing();
    Arrays.fill(row, smoothing / row.length);
    row[own] += (1 - smoothing) * mix.lambda();
    row[other] += (1 - smoothing) * mix.others();
  }

  @Override
  public int right(Slot slot, Scores scores) {
    int[] classes = rightOf.get(slot);
    int right = 0;
    for (int i = 0; i < classes.length; i++) {
      right += scores.rank(i, classes[i]) == 0 ? 1 : 0;
    }
    return right;
  }
}
