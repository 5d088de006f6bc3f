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
import org.residuum.backend.Feed;
import org.residuum.backend.Plan;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.data.Dataset;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
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
  private final Truth truth;

  /** Null where there is nothing to validate on. */
  private final Evaluator evaluator;

  private final List<TrainingResult.EpochResult> history = new ArrayList<>();
  private Parameters last;
  private Checkpoint.Best best;
  private Checkpoint checkpoint;
  private WeightAverage average;
  private boolean stopped;

  /**
   * What is learned from.
   *
   * @param validation null for none
   * @param outputs what the network's outputs stand for
   */
  record Data(Dataset training, Dataset validation, Preprocessing preprocessing, Outputs outputs) {
    Evaluator evaluator(TrainingOptions options) {
      return validation == null
          ? null
          : new Evaluator(
              validation, preprocessing, outputs, options.batch(), options.loaderThreads());
    }
  }

  TrainingRun(
      TrainingBackend backend,
      Network network,
      TrainingOptions options,
      TrainingListener listener,
      Data data) {
    this.backend = backend;
    this.network = network;
    this.options = options;
    this.listener = listener;
    evaluator = data.evaluator(options);
    truth = truth(options, data);
    loader =
        DatasetLoader.builder(data.training())
            .preprocessing(data.preprocessing())
            .augmentation(options.augmentation())
            .batch(options.batch())
            .shuffle(true)
            .balanced(options.balance().balancedSampling())
            .fillLast(true)
            .group(options.loop().accumulate())
            .seed(options.seed())
            .threads(options.loaderThreads())
            .build();
  }

  private static Truth truth(TrainingOptions options, Data data) {
    Dataset training = data.training();
    if (training.task() != Task.CLASSIFY) {
      return new TargetTruth(data.outputs(), training, options.balance());
    }
    return options.mixing().isOn() || options.balance().weighs()
        ? new SoftTruth(options, training)
        : new LabelTruth(options.labelSmoothing());
  }

  /** Trains until the last epoch, or until {@code stop} says so. */
  TrainingResult from(Checkpoint start, BooleanSupplier stop, Checkpoint.Keeper keeper)
      throws IOException, Trainer.DivergedException {
    checkpoint = start;
    last = start.parameters().copy();
    best = start.best();
    average = new WeightAverage(start.average());
    TrainedPart part = new TrainedPart(network, options.fineTuning());
    try {
      while (!isOver(checkpoint.epoch()) && !stopped) {
        train(part, checkpoint, stop, keeper);
      }
    } catch (Divergence e) {
      throw new Trainer.DivergedException(e.getMessage() + "; " + kept(), result());
    }
    return result();
  }

  /** Runs the epochs from a checkpoint on that train the same part of the network. */
  private void train(
      TrainedPart part, Checkpoint from, BooleanSupplier stop, Checkpoint.Keeper keeper)
      throws IOException, Divergence {
    int epochs = from.epoch();
    Checkpoint.EpochSoFar begun = from.begun();
    boolean grows = part.growsAt(epochs + 1) && begun.steps() == 0;
    Network learning = Gradients.of(network, truth.loss(), part.frozen(epochs + 1));
    Feed feed = truth.changesInputs() ? Feed.FLOATS : loader.feed();
    CompileOptions compile =
        CompileOptions.batch(options.batch())
            .recompute(options.recompute())
            .feed(Inputs.of(network).name(), feed);
    try (TrainingSession session = backend.train(learning, from.parameters(), compile)) {
      session.restore(from.parameters(), grows ? from.optimizer().meanAlone() : from.optimizer());
      session.scaleRates(part.rates(epochs + 1));
      TrainingEpoch pass = new TrainingEpoch(session, learning, options, listener, loader, truth);
      Course course = new Course(session, pass, stop, keeper);
      do {
        course.run(epochs, begun);
        begun = Checkpoint.EpochSoFar.NONE;
        epochs++;
      } while (!isOver(epochs) && !stopped && !part.growsAt(epochs + 1));
    }
  }

  /** Whether it is at its end after so many epochs, which may be early. */
  private boolean isOver(int epochs) {
    int patience = options.validating().patience();
    return epochs >= options.epochs() || (patience > 0 && epochs - best.epoch() >= patience);
  }

  /** An epoch after the other, with its checkpoints. */
  private final class Course {
    private final TrainingSession session;
    private final TrainingEpoch pass;
    private final BooleanSupplier stop;
    private final Checkpoint.Keeper keeper;

    Course(
        TrainingSession session,
        TrainingEpoch pass,
        BooleanSupplier stop,
        Checkpoint.Keeper keeper) {
      this.session = session;
      this.pass = pass;
      this.stop = stop;
      this.keeper = keeper;
    }

    /** Runs the epoch after so many. */
    void run(int epochs, Checkpoint.EpochSoFar begun) throws IOException, Divergence {
      Consumer<? super TrainingResult.EpochResult> ended = Recorder.epoch();
      if (pass.run(epochs + 1, begun, () -> goesOn(epochs))) {
        end(epochs + 1);
        ended.accept(history.get(history.size() - 1));
      }
    }

    /** Between two steps of an epoch. */
    private boolean goesOn(int epochs) {
      stopped = stop.getAsBoolean();
      if (stopped || keeper.wanted()) {
        checkpoint = checkpoint(epochs, pass.soFar());
        if (!stopped) {
          keeper.keep(checkpoint);
        }
      }
      return !stopped;
    }

    private Checkpoint checkpoint(int epochs, Checkpoint.EpochSoFar begun) {
      return new Checkpoint(
          epochs, begun, session.parameters(), session.optimizerState(), average.soFar(), best);
    }

    private void end(int epoch) throws IOException, Divergence {
      boolean isLast = epoch == options.epochs();
      if (options.averagedEpochs() > 1 && epoch > options.epochs() - options.averagedEpochs()) {
        average.add(session.parameters());
      }
      Checkpoint reached = checkpoint(epoch, Checkpoint.EpochSoFar.NONE);
      finish(pass, reached, isLast ? lastWeights(reached.model()) : reached.model());
      checkpoint = checkpoint(reached);
      if (!isOver(epoch)) {
        keeper.keep(checkpoint);
        stopped = stop.getAsBoolean();
      }
    }

    /** The same with what its evaluation has shown. */
    private Checkpoint checkpoint(Checkpoint reached) {
      return new Checkpoint(
          reached.epoch(),
          reached.begun(),
          reached.parameters(),
          reached.optimizer(),
          reached.average(),
          best);
    }

    /** The average of the last epochs, where there is to be one. */
    private Parameters lastWeights(Parameters weights) throws IOException {
      if (options.averagedEpochs() < 2) {
        return weights;
      }
      session.restore(average.mean());
      pass.measureStatistics(options.epochs());
      return session.parameters();
    }
  }

  private void finish(TrainingEpoch pass, Checkpoint reached, Parameters parameters)
      throws IOException, Divergence {
    Evaluation validation = evaluator == null ? Evaluation.NONE : evaluate(parameters);
    TrainingResult.EpochResult result = pass.result(reached.parameters(), validation);
    requireSane(pass, validation, parameters);
    history.add(result);
    last = parameters;
    if (validation.isThere()) {
      double score = options.validating().metric().score(validation);
      best = best.or(new Checkpoint.Best(result.epoch(), score, validation.loss(), parameters));
    }
    listener.epochEnd(result);
  }

  /**
   * A high loss on the validation data alone is no divergence: running statistics of batch norms
   * lag behind weights that change fast, and a first epoch's mean may hold a few wild steps.
   */
  private static void requireSane(TrainingEpoch pass, Evaluation validation, Parameters parameters)
      throws Divergence {
    if (validation.notFinite() > 0) {
      throw pass.divergence(
          "of " + validation.notFinite() + " validation examples the scores are not all finite");
    }
    double other = validation.isThere() ? validation.loss() : pass.lastLoss();
    if (Math.min(other, pass.meanLoss()) > EXPLODED) {
      String name = validation.isThere() ? "validation" : "last step's";
      throw pass.divergence(
          String.format(
              Locale.ROOT, "the loss is %.1e, the %s loss %.1e", pass.meanLoss(), name, other));
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
    return new TrainingResult(history, last, best, checkpoint, stopped);
  }

  @Override
  public void close() {
    loader.close();
    if (evaluator != null) {
      evaluator.close();
    }
  }
}
