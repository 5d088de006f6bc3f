package org.residuum.train;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.data.Dataset;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.network.Network;
import org.residuum.train.loop.Inputs;
import org.residuum.train.loop.LoaderFeed;
import org.residuum.train.loop.Scores;

/** Measures classifiers on one data set, which it loads ahead in other threads. */
public final class Evaluator implements AutoCloseable {
  private final Dataset dataset;
  private final Preprocessing preprocessing;
  private final DatasetLoader loader;
  private final Outputs outputs;

  /**
   * @param preprocessing what the network was trained with
   * @param batch examples loaded at a time; plans may have another batch size
   * @param threads that load
   */
  public Evaluator(Dataset dataset, Preprocessing preprocessing, int batch, int threads) {
    this(dataset, preprocessing, Outputs.CLASSES, batch, threads);
  }

  /**
   * The same for outputs that stand for something else than classes.
   *
   * @param outputs of the network's training
   */
  public Evaluator(
      Dataset dataset, Preprocessing preprocessing, Outputs outputs, int batch, int threads) {
    if (dataset.task() != outputs.task()) {
      throw new IllegalArgumentException(
          "%s is data for task %s, the model is one for task %s"
              .formatted(dataset.name(), dataset.task(), outputs.task()));
    }
    this.outputs = outputs;
    if (dataset.size() == 0) {
      throw new IllegalArgumentException(dataset.name() + " is empty; nothing to evaluate on");
    }
    this.dataset = dataset;
    this.preprocessing = preprocessing;
    this.loader =
        DatasetLoader.builder(dataset)
            .preprocessing(preprocessing)
            .batch(Math.min(batch, dataset.size()))
            .threads(threads)
            .keepGoing(true)
            .build();
  }

  /** Options for a plan that is evaluated here: pictures go into it as bytes. */
  public CompileOptions fed(Network network, CompileOptions options) {
    return options.feed(Inputs.of(network).name(), loader.feed());
  }

  /** Evaluates over the whole data set. */
  public Evaluation evaluate(Plan plan) throws IOException {
    return evaluate(plan, (done, total) -> {});
  }

  /**
   * The same, telling how many examples are done.
   *
   * @throws IllegalArgumentException where the network's input or classes are not the data set's
   */
  public Evaluation evaluate(Plan plan, Dataset.ProgressListener progress) throws IOException {
    return evaluate(plan, progress, FailureListener.THROW);
  }

  /** The same, telling which examples have no result. */
  public Evaluation evaluate(Plan plan, Dataset.ProgressListener progress, FailureListener failures)
      throws IOException {
    Consumer<? super Evaluation> ended = Recorder.evaluation(dataset.name());
    long start = System.nanoTime();
    Inputs.matching(plan.network(), preprocessing.inputShape(), dataset.name());
    Scores.requireClasses(plan.network(), dataset.labels(), dataset.name());
    try (Session session = plan.session()) {
      Map<Slot, Scores> scoresOf = Scores.of(session, plan.network());
      Tally tally = Tally.of(dataset, outputs);
      evaluate(new LoaderFeed(session, plan.network()), scoresOf, tally, progress, failures);
      Evaluation evaluation = tally.evaluation((System.nanoTime() - start) / 1e9);
      ended.accept(evaluation);
      return evaluation;
    }
  }

  private void evaluate(
      LoaderFeed feed,
      Map<Slot, Scores> scoresOf,
      Tally tally,
      Dataset.ProgressListener progress,
      FailureListener failures)
      throws IOException {
    try (Pass<Draw> epoch = loader.epoch(0, feed.takesPictures(loader.feed()))) {
      for (Batch<Draw> batch = epoch.next(); batch != null; batch = epoch.next()) {
        Draw[] rows = rows(batch, tally, failures);
        feed.start(
            batch,
            (slot, from, count) -> {
              for (int row = 0; row < count; row++) {
                if (rows[from + row] != null) {
                  tally.add(scoresOf.get(slot), row, rows[from + row]);
                }
              }
            });
        tally.tell(failures);
        progress.progress(tally.done(), dataset.size());
      }
      feed.batches().finish();
      tally.tell(failures);
      progress.progress(tally.done(), dataset.size());
    }
  }

  /** The examples of a batch, null where there is nothing to read; the batch does not stay. */
  private static Draw[] rows(Batch<Draw> batch, Tally tally, FailureListener failures)
      throws IOException {
    Draw[] rows = new Draw[batch.size()];
    for (int row = 0; row < rows.length; row++) {
      if (batch.failure(row) == null) {
        rows[row] = batch.item(row);
      } else {
        failures.unreadable(batch.item(row).index(), batch.failure(row));
        tally.unreadable++;
      }
    }
    return rows;
  }

  @Override
  public void close() {
    loader.close();
  }

  /** Hears which examples of a data set have no result, and decides whether to go on. */
  public interface FailureListener {
    /** Ends an evaluation with the first example that cannot be read. */
    FailureListener THROW = new FailureListener() {};

    /**
     * An example that cannot be read; it is not among those evaluated.
     *
     * @param index in the data set
     */
    default void unreadable(int index, IOException cause) throws IOException {
      throw cause;
    }

    /** An example for which the network gives NaN or an infinity; it counts as wrong. */
    default void notFinite(int index, String reason) throws IOException {}
  }
}
