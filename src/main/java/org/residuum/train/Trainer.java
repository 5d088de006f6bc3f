package org.residuum.train;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.residuum.backend.TrainingBackend;
import org.residuum.data.Dataset;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.BatchNorm;
import org.residuum.text.Units;
import org.residuum.train.loop.Inputs;
import org.residuum.train.loop.Scores;

/**
 * Trains a network: classes with softmax cross-entropy, labels that do not exclude each other with
 * binary cross-entropy, numbers with their squared error, as the task of the data says:
 *
 * <pre>{@code
 * TrainingResult result =
 *     new Trainer(backend, network, options).listener(listener).train(trainingSet, validationSet);
 * }</pre>
 *
 * The same seed on the same backend gives bitwise the same weights, whatever the number of loader
 * threads. A last batch that is not full is filled up with the first examples of the next epoch's
 * order, so each epoch sees every example.
 */
public final class Trainer {
  private final TrainingBackend backend;
  private final Network network;
  private final TrainingOptions options;
  private Outputs outputs;
  private TrainingListener listener = TrainingListener.NONE;
  private BooleanSupplier stop = () -> false;
  private Checkpoint.Keeper keeper = Checkpoint.Keeper.NONE;

  /**
   * @param network with one input and an output {@code logits} (N, classes), unfused
   */
  public Trainer(TrainingBackend backend, Network network, TrainingOptions options) {
    this.backend = backend;
    this.network = network;
    this.options = options;
  }

  /** What the outputs stand for; by default what {@link Outputs#of} the training data says. */
  public Trainer outputs(Outputs value) {
    outputs = value;
    return this;
  }

  /** Who hears of the progress. */
  public Trainer listener(TrainingListener value) {
    listener = value;
    return this;
  }

  /** Asked after each step; once it is true, training ends there and can go on there. */
  public Trainer stopWhen(BooleanSupplier value) {
    stop = value;
    return this;
  }

  /** Who is given the state after each epoch but the last, and between steps where wanted. */
  public Trainer checkpoints(Checkpoint.Keeper value) {
    keeper = value;
    return this;
  }

  /**
   * Trains from fresh weights, normalising by the training set's own mean and deviation.
   *
   * @param validation evaluated after each epoch, here and below; null for none
   */
  public TrainingResult train(Dataset training, Dataset validation)
      throws IOException, DivergedException {
    Parameters fresh = new Initializer(options.seed()).initialize(network);
    return train(training, validation, Preprocessing.of(training), fresh);
  }

  /**
   * Trains from weights.
   *
   * @param initial the weights to start from, copied
   */
  public TrainingResult train(
      Dataset training, Dataset validation, Preprocessing preprocessing, Parameters initial)
      throws IOException, DivergedException {
    return train(training, validation, preprocessing, Checkpoint.start(initial));
  }

  /**
   * Trains, or goes on with a training.
   *
   * @param start where to go on
   * @throws IllegalArgumentException where network, data and options do not fit each other
   * @throws IOException where an example cannot be read
   * @throws DivergedException once the loss, a gradient, a weight or a validation example's score
   *     is infinite or NaN, or an epoch's training and validation loss are both beyond a million;
   *     it holds the result up to the last good epoch
   */
  public TrainingResult train(
      Dataset training, Dataset validation, Preprocessing preprocessing, Checkpoint start)
      throws IOException, DivergedException {
    if (start.epoch() < 0 || start.epoch() >= options.epochs()) {
      throw new IllegalArgumentException(
          "a training of %s cannot go on after epoch %s"
              .formatted(Units.count(options.epochs(), "epoch"), start.epoch()));
    }
    Outputs told = outputs == null ? Outputs.of(training) : outputs;
    requireFit(training, told);
    requireSuited(told.task());
    options.mixing().requireFit(training, options.batch());
    options.balance().requireFit(training);
    if (validation != null) {
      requireMetric(told.task());
      requireFit(validation, told);
    } else if (options.validating().decides()) {
      throw new IllegalArgumentException(
          "there is no validation part by which to choose an epoch; hold some examples back with a"
              + " validation share above 0");
    }
    if (training.size() < options.examplesPerStep()) {
      throw new IllegalArgumentException(
          "%s has %s examples, %s; use a smaller batch size"
              .formatted(training.name(), training.size(), step()));
    }
    requireSeveralValues();
    TrainingRun.Data data = new TrainingRun.Data(training, validation, preprocessing, told);
    try (TrainingRun run = new TrainingRun(backend, network, options, listener, data)) {
      return run.from(start, stop, keeper);
    }
  }

  private String step() {
    int batches = options.loop().accumulate();
    return batches == 1
        ? "a batch " + options.batch()
        : "a step " + batches + " batches of " + options.batch();
  }

  /** As PyTorch does: normalised by itself, a single value is 0, whatever it was. */
  private void requireSeveralValues() {
    for (Node node : network.nodes()) {
      Shape shape = node.output().shape();
      if (node.op() instanceof BatchNorm && shape.elements(options.batch()) == shape.extent(1)) {
        throw new IllegalArgumentException(
            "batch norm "
                + node.name()
                + " has one value a channel in a batch of 1 and learns nothing from it; use a batch"
                + " of 2 or more, or larger pictures");
      }
    }
  }

  private void requireMetric(Task task) {
    Evaluation.Metric metric = options.validating().metric();
    if (!metric.suits(task)) {
      throw new IllegalArgumentException(
          "metric %s: it is none of task %s; choose one of %s"
              .formatted(metric, task, Evaluation.Metric.of(task)));
    }
  }

  private void requireSuited(Task task) {
    if (task == Task.CLASSIFY) {
      return;
    }
    String given =
        options.labelSmoothing() != 0
            ? "label smoothing " + options.labelSmoothing()
            : options.mixing().isOn()
                ? "mixup or cutmix"
                : options.balance().weighs() && !options.balance().ofLabels()
                    ? "class weights"
                    : options.balance().balancedSampling() ? "sample balanced" : "";
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          given + ": it is for classes that exclude each other, not for task " + task);
    }
  }

  private void requireFit(Dataset dataset, Outputs told) {
    if (dataset.task() != told.task()) {
      throw new IllegalArgumentException(
          "%s is data for task %s, the outputs are for task %s"
              .formatted(dataset.name(), dataset.task(), told.task()));
    }
    Inputs.matching(network, dataset.exampleShape(), dataset.name());
    Scores.requireClasses(network, dataset.labels(), dataset.name());
  }

  /** The loss, a gradient or a weight became infinite, NaN or as good as that. */
  public static final class DivergedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient TrainingResult result;

    DivergedException(String message, TrainingResult result) {
      super(message);
      this.result = result;
    }

    /** What there was at the end of the last good epoch. */
    public TrainingResult result() {
      return result;
    }
  }
}
