package org.residuum.train;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.residuum.backend.Batches;
import org.residuum.backend.TrainingSession;
import org.residuum.data.Batch;
import org.residuum.data.BatchLoader;
import org.residuum.data.Epoch;
import org.residuum.network.Network;
import org.residuum.network.Role;
import org.residuum.plan.Gradients;

/** The steps of an epoch: fill, run, update, count. One object serves epoch after epoch. */
final class TrainingEpoch {
  private static final int STATISTICS_STEPS = 100;

  private final TrainingSession session;
  private final TrainingOptions options;
  private final TrainingListener listener;
  private final Batches batches;
  private final FloatBuffer labels;
  private final FloatBuffer loss;
  private final Scores scores;
  private final boolean measuresStatistics;

  private int epoch;
  private int step;
  private int right;
  private double lossSum;
  private double learningRate;
  private double seconds;

  TrainingEpoch(
      TrainingSession session,
      Network learning,
      TrainingOptions options,
      TrainingListener listener) {
    this.session = session;
    this.options = options;
    this.listener = listener;
    this.batches = new Batches(session, learning, Inputs.of(learning).name());
    this.labels = session.input(Gradients.LABELS);
    this.loss = session.output(Gradients.LOSS);
    this.scores = Scores.of(session, learning);
    this.measuresStatistics =
        learning.parameters().stream().anyMatch(spec -> spec.role() == Role.RUNNING_MEAN);
  }

  /**
   * Runs one epoch; {@code number} counts from 1.
   *
   * @param stop asked after each step but the last
   * @return whether the epoch is whole
   */
  boolean run(BatchLoader loader, int number, BooleanSupplier stop) throws IOException, Divergence {
    epoch = number;
    step = 0;
    right = 0;
    lossSum = 0;
    long start = System.nanoTime();
    try (Epoch data = loader.epoch(number - 1)) {
      for (Batch batch = data.next(); batch != null; batch = data.next()) {
        learn(batch, loader.batches());
        seconds = (System.nanoTime() - start) / 1e9;
        listener.step(
            new TrainingStep(
                epoch, step, loader.batches(), loss.get(0), learningRate, imagesPerSecond()));
        if (step < loader.batches() && stop.getAsBoolean()) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Runs without updates, so that the running statistics of batch norms become those of weights
   * that were not trained step by step. Each step keeps 0.9 of the old ones, 2.7e-5 after all.
   */
  void measureStatistics(BatchLoader loader, int number) throws IOException {
    if (!measuresStatistics) {
      return;
    }
    try (Epoch data = loader.epoch(number)) {
      Batch batch = data.next();
      for (int i = 0; i < STATISTICS_STEPS && batch != null; i++, batch = data.next()) {
        fill(batch);
        session.run();
      }
    }
  }

  private void fill(Batch batch) {
    batches.fill(batch.inputs(), 0, batch.size());
    labels.put(0, batch.labels(), 0, batch.size());
  }

  private void learn(Batch batch, int steps) throws Divergence {
    step++;
    int done = (epoch - 1) * steps + step - 1;
    learningRate = options.schedule().rate(done, options.epochs() * steps, steps);
    fill(batch);
    session.run();
    count(batch);
    double norm = session.update(options.rule(), learningRate, options.maxGradientNorm());
    if (!Double.isFinite(norm)) {
      throw divergence("the gradients' norm is " + norm);
    }
  }

  private void count(Batch batch) throws Divergence {
    if (!Float.isFinite(loss.get(0))) {
      throw divergence("the loss is " + loss.get(0));
    }
    lossSum += loss.get(0);
    for (int row = 0; row < batch.size(); row++) {
      right += scores.argmax(row) == (int) batch.labels().get(row) ? 1 : 0;
    }
  }

  Divergence divergence(String what) {
    return new Divergence(
        String.format(
            Locale.ROOT,
            "epoch %d, step %d: %s at learning rate %.4g; try a rate of %.2g, warm-up, or a largest"
                + " gradient norm of 1",
            epoch,
            step,
            what,
            learningRate,
            options.schedule().peak() / 10));
  }

  private double imagesPerSecond() {
    return (double) step * options.batch() / seconds;
  }

  EpochResult result(Evaluation test) {
    return new EpochResult(
        epoch,
        lossSum / step,
        right / ((double) step * options.batch()),
        learningRate,
        imagesPerSecond(),
        seconds,
        test);
  }
}
