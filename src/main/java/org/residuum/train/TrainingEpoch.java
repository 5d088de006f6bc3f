package org.residuum.train;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingSession;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.plan.Gradients;
import org.residuum.train.loop.LoaderFeed;
import org.residuum.train.loop.Scores;

/**
 * The steps of an epoch: fill, run, update, count. Where the session has a second slot, the next
 * batch is loaded and sent while a step runs. One object serves epoch after epoch.
 */
final class TrainingEpoch {
  private static final int STATISTICS_STEPS = 100;

  private final TrainingSession session;
  private final TrainingOptions options;
  private final TrainingListener listener;
  private final DatasetLoader loader;
  private final Truth truth;
  private final LoaderFeed feed;
  private final List<Slot> slots;
  private final Map<Slot, Scores> scoresOf;
  private final boolean measuresStatistics;
  private final int steps;

  private int epoch;
  private int batch;
  private int filled;
  private int step;
  private long right;
  private double lossSum;
  private double lastLoss;
  private double learningRate;
  private double seconds;
  private long waitedNanos;
  private double waitedBefore;
  private double norm;
  private double normSum;
  private int clipped;
  private Map<String, Double> gradientNorms = Map.of();

  TrainingEpoch(
      TrainingSession session,
      Network learning,
      TrainingOptions options,
      TrainingListener listener,
      DatasetLoader loader,
      Truth truth) {
    this.session = session;
    this.options = options;
    this.listener = listener;
    this.loader = loader;
    this.truth = truth;
    this.steps = loader.batches() / options.loop().accumulate();
    this.feed = new LoaderFeed(session, learning);
    this.slots = session.slots();
    this.scoresOf = Scores.of(session, learning);
    this.measuresStatistics =
        learning.parameters().stream()
            .anyMatch(spec -> spec.role() == ParameterSpec.Role.RUNNING_MEAN);
  }

  /**
   * Runs one epoch; {@code number} counts from 1.
   *
   * @param begun the steps of it that are done already
   * @param goesOn asked after each step but the last
   * @return whether the epoch is whole
   */
  boolean run(int number, Checkpoint.EpochSoFar begun, BooleanSupplier goesOn)
      throws IOException, Divergence {
    epoch = number;
    step = begun.steps();
    batch = step * options.loop().accumulate();
    filled = batch;
    right = begun.right();
    lossSum = begun.lossSum();
    waitedBefore = begun.waitingSeconds();
    waitedNanos = 0;
    normSum = begun.normSum();
    clipped = begun.clipped();
    long start = System.nanoTime();
    boolean asPictures = feed.takesPictures(loader.feed());
    try (Pass<Draw> data = loader.epoch(number - 1, batch, asPictures)) {
      while (step < steps) {
        Consumer<? super Recorder.Step> ended = Recorder.step();
        long waited = waitedNanos;
        double loss = learn(data);
        seconds = begun.seconds() + (System.nanoTime() - start) / 1e9;
        TrainingListener.TrainingStep done =
            new TrainingListener.TrainingStep(epoch, step, steps, loss, learningRate, norm, pace());
        ended.accept(new Recorder.Step(done, options.examplesPerStep(), waitedNanos - waited));
        listener.step(done);
        if (step < steps && !goesOn.getAsBoolean()) {
          return false;
        }
      }
    }
    gradientNorms = session.gradientNorms();
    return true;
  }

  /** The steps of the epoch that are done. */
  Checkpoint.EpochSoFar soFar() {
    return new Checkpoint.EpochSoFar(
        step, lossSum, right, seconds, waitingSeconds(), normSum, clipped);
  }

  /**
   * Runs without updates, so that the running statistics of batch norms become those of weights
   * that were not trained step by step. Each step keeps 0.9 of the old ones, 2.7e-5 after all.
   */
  void measureStatistics(int number) throws IOException {
    if (!measuresStatistics) {
      return;
    }
    try (Pass<Draw> data = loader.epoch(number, feed.takesPictures(loader.feed()))) {
      Batch<Draw> batch = data.next();
      for (int i = 0; i < STATISTICS_STEPS && batch != null; i++, batch = data.next()) {
        fill(slots.get(0), batch);
        session.run();
      }
    }
  }

  private void fill(Slot slot, Batch<Draw> batch) {
    feed.fill(slot, batch);
    truth.fill(slot, batch);
  }

  private double learn(Pass<Draw> data) throws IOException, Divergence {
    int done = (epoch - 1) * steps + step;
    step++;
    learningRate = options.schedule().rate(done, options.epochs() * steps, steps);
    int batches = options.loop().accumulate();
    double loss = 0;
    for (int i = 1; i < batches; i++) {
      loss += accumulate(data);
    }
    loss = (loss + update(data)) / batches;
    lossSum += loss;
    lastLoss = loss;
    if (options.loop().ema() > 0) {
      session.follow(options.loop().ema());
    }
    return loss;
  }

  /** A batch whose gradients wait for those of others. */
  private float accumulate(Pass<Draw> data) throws IOException, Divergence {
    Slot slot = next(data);
    slot.start();
    sendAhead(data);
    slot.await();
    session.accumulate();
    return count(slot);
  }

  private float update(Pass<Draw> data) throws IOException, Divergence {
    Slot slot = next(data);
    DoubleSupplier learned =
        session.step(slot, options.rule(), learningRate, options.maxGradientNorm());
    sendAhead(data);
    norm = learned.getAsDouble();
    normSum += norm;
    clipped += options.maxGradientNorm() > 0 && norm > options.maxGradientNorm() ? 1 : 0;
    float loss = count(slot);
    if (!Double.isFinite(norm)) {
      throw divergence("the gradients' norm is " + norm);
    }
    return loss;
  }

  /** The slot of the next batch, which is sent. */
  private Slot next(Pass<Draw> data) throws IOException {
    Slot slot = slots.get(batch % slots.size());
    batch++;
    sendUpTo(batch, data);
    return slot;
  }

  /**
   * Sends what is ready while the device works. What is not is waited for once the device has
   * nothing else to do, so that such a wait is a loss and is counted as one.
   */
  private void sendAhead(Pass<Draw> data) throws IOException {
    int most = Math.min(loader.batches(), batch + slots.size() - 1);
    while (filled < most && data.isReady()) {
      sendUpTo(filled + 1, data);
    }
  }

  private void sendUpTo(int count, Pass<Draw> data) throws IOException {
    for (; filled < count; filled++) {
      Slot slot = slots.get(filled % slots.size());
      long asked = System.nanoTime();
      Batch<Draw> loaded = data.next();
      waitedNanos += System.nanoTime() - asked;
      truth.prepare(loaded, epoch - 1, filled);
      fill(slot, loaded);
      slot.send();
    }
  }

  private float count(Slot slot) throws Divergence {
    float loss = slot.output(Gradients.LOSS).get(0);
    if (!Float.isFinite(loss)) {
      throw divergence("the loss is " + loss);
    }
    right += truth.right(slot, scoresOf.get(slot));
    return loss;
  }

  double meanLoss() {
    return lossSum / step;
  }

  double lastLoss() {
    return lastLoss;
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

  private TrainingResult.Pace pace() {
    long images = (long) step * options.examplesPerStep();
    return new TrainingResult.Pace(step, images, seconds, waitingSeconds());
  }

  private double waitingSeconds() {
    return waitedBefore + waitedNanos / 1e9;
  }

  private TrainingResult.GradientNorms gradients(Parameters weights) {
    return new TrainingResult.GradientNorms(
        normSum / step,
        (double) clipped / step,
        gradientNorms.entrySet().stream()
            .map(
                gradient ->
                    new TrainingResult.ParameterNorm(
                        gradient.getKey(),
                        gradient.getValue(),
                        norm(weights.get(gradient.getKey()).data())))
            .toList());
  }

  private static double norm(FloatBuffer values) {
    double squares = 0;
    for (int i = 0; i < values.limit(); i++) {
      squares += (double) values.get(i) * values.get(i);
    }
    return Math.sqrt(squares);
  }

  /**
   * The figures of the epoch.
   *
   * @param weights after its last step
   */
  TrainingResult.EpochResult result(Parameters weights, Evaluation validation) {
    return new TrainingResult.EpochResult(
        epoch,
        meanLoss(),
        truth.tellsRight() ? right / ((double) step * options.examplesPerStep()) : Double.NaN,
        learningRate,
        pace(),
        gradients(weights),
        validation);
  }
}
