package org.residuum.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.TrainingSession;
import org.residuum.data.BatchLoader;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.plan.Gradients;

/** One training, epoch by epoch, and what it has brought so far. */
final class TrainingRun implements AutoCloseable {
  private final Backend backend;
  private final Network network;
  private final TrainingOptions options;
  private final TrainingListener listener;
  private final BatchLoader loader;
  private final Evaluator evaluator;
  private final List<EpochResult> history = new ArrayList<>();
  private Parameters last;
  private Parameters best;
  private int bestEpoch;

  TrainingRun(
      Backend backend,
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
        BatchLoader.builder(training)
            .preprocessing(preprocessing)
            .augmentation(options.augmentation())
            .batch(options.batch())
            .shuffle(true)
            .dropLast(true)
            .seed(options.seed())
            .threads(options.loaderThreads())
            .build();
  }

  TrainingResult from(Parameters initial) throws IOException, DivergedException {
    last = initial.copy();
    best = last;
    Network learning = Gradients.of(network, (float) options.labelSmoothing());
    CompileOptions compile = CompileOptions.batch(options.batch());
    try (TrainingSession session = backend.train(learning, initial, compile)) {
      TrainingEpoch pass = new TrainingEpoch(session, learning, options, listener, loader);
      for (int epoch = 1; epoch <= options.epochs(); epoch++) {
        pass.run(epoch);
        finish(pass, session.parameters());
      }
    } catch (Divergence e) {
      throw new DivergedException(e.getMessage() + "; " + kept(), result());
    }
    return result();
  }

  private void finish(TrainingEpoch pass, Parameters parameters) throws IOException, Divergence {
    Evaluation test = evaluate(parameters);
    EpochResult result = pass.result(test);
    if (!Double.isFinite(test.loss())) {
      throw pass.divergence("the test loss is " + test.loss());
    }
    history.add(result);
    last = parameters;
    if (bestEpoch == 0 || test.top1() > history.get(bestEpoch - 1).test().top1()) {
      best = parameters;
      bestEpoch = result.epoch();
    }
    listener.epochEnd(result);
  }

  private Evaluation evaluate(Parameters parameters) throws IOException {
    CompileOptions compile = CompileOptions.batch(options.batch());
    try (Plan plan = backend.compile(network, parameters, compile)) {
      return evaluator.evaluate(plan, listener::evaluating);
    }
  }

  private String kept() {
    return history.isEmpty()
        ? "the first weights are kept"
        : "the weights of epoch " + history.size() + " are kept";
  }

  private TrainingResult result() {
    return new TrainingResult(history, last, best, bestEpoch);
  }

  @Override
  public void close() {
    loader.close();
    evaluator.close();
  }
}
