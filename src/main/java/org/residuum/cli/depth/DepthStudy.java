package org.residuum.cli.depth;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.residuum.backend.TrainingBackend;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.initial.Initializer;
import org.residuum.report.OptionsText;
import org.residuum.train.Recipe;
import org.residuum.train.Trainer;
import org.residuum.train.TrainingListener;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** Trains one network after the other on the same data and looks into each. */
final class DepthStudy {
  private final TrainingBackend backend;
  private final Dataset training;
  private final Dataset test;
  private final Preprocessing preprocessing;
  private final Integer epochs;

  /**
   * A study.
   *
   * @param epochs null for the recipe's
   */
  DepthStudy(TrainingBackend backend, Dataset training, Dataset test, Integer epochs)
      throws IOException {
    this.backend = backend;
    this.training = training;
    this.test = test;
    this.preprocessing = Preprocessing.of(training);
    this.epochs = epochs;
  }

  /** The network of a subject, as {@code train --model} builds it. */
  Network network(Subject subject) {
    Architectures.Request request =
        new Architectures.Request(training.exampleShape(), training.labels().size(), null);
    return Architectures.build(subject.model(), request);
  }

  /** Data and options of a subject in words; the same for all of a form. */
  String settings(Subject subject) {
    TrainingOptions options = options(subject, network(subject)).toBuilder().seed(0).build();
    String text = OptionsText.of(options);
    return training.name() + ", " + text.substring(0, text.lastIndexOf(", seed "));
  }

  private TrainingOptions options(Subject subject, Network network) {
    TrainingOptions.Builder options =
        Recipe.of(network, training).options(network, training).toBuilder().seed(subject.seed());
    return epochs == null ? options.build() : options.epochs(epochs).build();
  }

  /**
   * Trains a subject as {@code train} does, and measures it before and after.
   *
   * @return empty where it was stopped
   */
  Optional<Finding> find(Subject subject, TrainingListener listener, BooleanSupplier stop)
      throws IOException {
    Network network = network(subject);
    TrainingOptions options = options(subject, network);
    Parameters fresh = new Initializer(subject.seed()).initialize(network);
    Probe probe = new Probe(backend, training, preprocessing, options.batch());
    Anatomy start = probe.measure(subject, network, fresh);
    Trainer trainer = new Trainer(backend, network, options).listener(listener).stopWhen(stop);
    TrainingResult result;
    String failure = "";
    try {
      result = trainer.train(training, test, preprocessing, fresh);
    } catch (Trainer.DivergedException e) {
      result = e.result();
      failure = e.getMessage();
    }
    if (result.stopped()) {
      return Optional.empty();
    }
    List<TrainingResult.EpochResult> history = result.history();
    return Optional.of(
        new Finding(
            subject,
            settings(subject),
            history.stream().mapToDouble(TrainingResult.EpochResult::trainLoss).toArray(),
            history.stream().mapToDouble(epoch -> epoch.validation().top1()).toArray(),
            failure,
            start,
            probe.measure(subject, network, result.last())));
  }
}
