package org.residuum.train;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.load.DatasetLoader;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;
import org.residuum.plan.Gradients;
import org.residuum.train.loop.Inputs;

/** One training, epoch by epoch, and what it has brought so far. */
final class TrainingRun implements AutoCloseable {
  /** A mean cross-entropy beyond all that a working network has: logits a million apart. */
  private static final double EXPLODED = 1e6;

  private final TrainingBackend backend;
  private final Network network;
  private final TrainingOptions options;
  private final TrainingListener listener;
  private final DatasetLoader loader;
  private final Evaluator evaluator;
  private final List<TrainingResult.EpochResult> history = new ArrayList<>();
  private Parameters last;
  private Parameters best;
  private int bestEpoch;
  private double bestTop1 = -1;
  private Checkpoint checkpoint;
  private boolean stopped;

  TrainingRun(
      TrainingBackend backend,
      Network network,
      TrainingOptions options,
      TrainingListener listener,
      Dataset training,
      Dataset test,
      Preprocessing preprocessing) {
    this.backend = backend;
    this.network = network;
    this.options = options;
    this.listener = listener;
    evaluator = new Evaluator(test, preprocessing, options.batch(), options.loaderThreads());
    loader =
        DatasetLoader.builder(training)
            .preprocessing(preprocessing)
            .augmentation(options.augmentation())
            .batch(options.batch())
            .shuffle(true)
            .fillLast(true)
            .seed(options.seed())
            .threads(options.loaderThreads())
            .build();
  }

  /** Trains until the last epoch, or until {@code stop} says so. */
  TrainingResult from(Checkpoint start, BooleanSupplier stop, Consumer<Checkpoint> checkpoints)
      throws IOException, Trainer.DivergedException {
    checkpoint = start;
    last = start.parameters().copy();
    best = last;
    WeightAverage average =
        new WeightAverage(start.average(), Math.max(0, start.epoch() - unaveragedEpochs()));
    Network learning = Gradients.of(network, (float) options.labelSmoothing());
    CompileOptions compile =
        CompileOptions.batch(options.batch()).feed(Inputs.of(network).name(), loader.feed());
    try (TrainingSession session = backend.train(learning, start.parameters(), compile)) {
      session.restore(start.parameters(), start.optimizer());
      TrainingEpoch pass = new TrainingEpoch(session, learning, options, listener, loader);
      for (int epoch = start.epoch() + 1; epoch <= options.epochs() && !stopped; epoch++) {
        if (!pass.run(epoch, stop)) {
          last = epoch == 1 ? session.parameters() : last;
          stopped = true;
        } else if (epoch == options.epochs()) {
          finish(pass, lastWeights(session, pass, average));
        } else {
          finish(pass, session.parameters());
          average(average, epoch);
          checkpoint = new Checkpoint(epoch, last, session.optimizerState(), average.mean());
          checkpoints.accept(checkpoint);
          stopped = stop.getAsBoolean();
        }
      }
    } catch (Divergence e) {
      throw new Trainer.DivergedException(e.getMessage() + "; " + kept(), result());
    }
    return result();
  }

  private int unaveragedEpochs() {
    return options.epochs() - options.averagedEpochs();
  }

  private void average(WeightAverage average, int epoch) {
    if (epoch > unaveragedEpochs()) {
      average.add(last);
    }
  }

  /** The average of the last epochs, where there is to be one. */
  private Parameters lastWeights(TrainingSession session, TrainingEpoch pass, WeightAverage average)
      throws IOException {
    Parameters weights = session.parameters();
    if (options.averagedEpochs() < 2) {
      return weights;
    }
    average.add(weights);
    session.restore(average.mean());
    pass.measureStatistics(options.epochs());
    return session.parameters();
  }

  private void finish(TrainingEpoch pass, Parameters parameters) throws IOException, Divergence {
    Evaluation test = evaluate(parameters);
    TrainingResult.EpochResult result = pass.result(test);
    requireSane(pass, test, parameters);
    history.add(result);
    last = parameters;
    if (test.top1() > bestTop1) {
      best = parameters;
      bestEpoch = result.epoch();
      bestTop1 = test.top1();
    }
    listener.epochEnd(result);
  }

  /**
   * A high loss on the test data alone is no divergence: running statistics of batch norms lag
   * behind weights that change fast, and a first epoch's mean may hold a few wild steps.
   */
  private static void requireSane(TrainingEpoch pass, Evaluation test, Parameters parameters)
      throws Divergence {
    if (test.notFinite() > 0) {
      throw pass.divergence(
          "of " + test.notFinite() + " test examples the scores are not all finite");
    }
    if (Math.min(test.loss(), pass.meanLoss()) > EXPLODED) {
      throw pass.divergence(
          String.format(
              Locale.ROOT, "the loss is %.1e, the test loss %.1e", pass.meanLoss(), test.loss()));
    }
    for (Map.Entry<String, Tensor> parameter : parameters.asMap().entrySet()) {
      if (!isFinite(parameter.getValue().data())) {
        throw pass.divergence(parameter.getKey() + " holds values that are infinite or NaN");
      }
    }
  }

  private static boolean isFinite(FloatBuffer values) {
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        return false;
      }
    }
    return true;
  }

  private Evaluation evaluate(Parameters parameters) throws IOException {
    CompileOptions compile = evaluator.fed(network, CompileOptions.batch(options.batch()));
    try (Plan plan = backend.compile(network, parameters, compile)) {
      return evaluator.evaluate(plan, listener::evaluating);
    }
  }

  private String kept() {
    return checkpoint.epoch() == 0
        ? "the first weights are kept"
        : "the weights of epoch " + checkpoint.epoch() + " are kept";
  }

  private TrainingResult result() {
    return new TrainingResult(history, last, best, bestEpoch, checkpoint, stopped);
  }

  @Override
  public void close() {
    loader.close();
    evaluator.close();
  }
}
