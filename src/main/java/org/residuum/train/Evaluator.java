package org.residuum.train;

import java.io.IOException;
import java.util.Map;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.data.Batch;
import org.residuum.data.BatchLoader;
import org.residuum.data.Dataset;
import org.residuum.data.Epoch;
import org.residuum.data.Preprocessing;
import org.residuum.data.ProgressListener;

/** Measures classifiers on one data set, which it loads ahead in other threads. */
public final class Evaluator implements AutoCloseable {
  private static final int TOP = 5;

  private final Dataset dataset;
  private final Preprocessing preprocessing;
  private final BatchLoader loader;

  /**
   * @param preprocessing what the network was trained with
   * @param batch examples loaded at a time; plans may have another batch size
   * @param threads that load
   */
  public Evaluator(Dataset dataset, Preprocessing preprocessing, int batch, int threads) {
    if (dataset.size() == 0) {
      throw new IllegalArgumentException(dataset.name() + " is empty; nothing to evaluate on");
    }
    this.dataset = dataset;
    this.preprocessing = preprocessing;
    this.loader =
        BatchLoader.builder(dataset)
            .preprocessing(preprocessing)
            .batch(Math.min(batch, dataset.size()))
            .threads(threads)
            .build();
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
  public Evaluation evaluate(Plan plan, ProgressListener progress) throws IOException {
    long start = System.nanoTime();
    Inputs.matching(plan.network(), preprocessing.inputShape(), dataset.name());
    Scores.requireClasses(plan.network(), dataset.labels(), dataset.name());
    try (Session session = plan.session()) {
      Tally tally = new Tally(Scores.of(session, plan.network()));
      evaluate(new Feed(session, plan.network(), loader), tally, progress);
      return tally.evaluation((System.nanoTime() - start) / 1e9);
    }
  }

  private void evaluate(Feed feed, Tally tally, ProgressListener progress) throws IOException {
    try (Epoch epoch = feed.epoch(0)) {
      for (Batch batch = epoch.next(); batch != null; batch = epoch.next()) {
        float[] labels = new float[batch.size()];
        batch.labels().get(0, labels);
        feed.start(batch, (slot, from, count) -> tally.add(slot, labels, from, count));
        progress.progress(tally.examples, dataset.size());
      }
      feed.finish();
      progress.progress(tally.examples, dataset.size());
    }
  }

  @Override
  public void close() {
    loader.close();
  }

  /** The sums so far. */
  private final class Tally {
    private final Map<Slot, Scores> scoresOf;
    private final ConfusionMatrix confusion;
    private int examples;
    private int right;
    private int nearlyRight;
    private double loss;

    Tally(Map<Slot, Scores> scoresOf) {
      this.scoresOf = scoresOf;
      this.confusion = new ConfusionMatrix(dataset.labels());
    }

    void add(Slot slot, float[] labels, int from, int count) {
      Scores scores = scoresOf.get(slot);
      for (int row = 0; row < count; row++) {
        int label = (int) labels[from + row];
        if (scores.areFinite(row)) {
          addFinite(scores, row, label);
        } else {
          confusion.addNotFinite(label);
        }
      }
      examples += count;
    }

    private void addFinite(Scores scores, int row, int label) {
      int rank = scores.rank(row, label);
      right += rank == 0 ? 1 : 0;
      nearlyRight += rank < TOP ? 1 : 0;
      loss += scores.crossEntropy(row, label);
      confusion.add(label, scores.argmax(row));
    }

    Evaluation evaluation(double seconds) {
      double n = examples;
      double meanLoss = loss / (examples - confusion.notFinite());
      return new Evaluation(examples, meanLoss, right / n, nearlyRight / n, confusion, seconds);
    }
  }
}
