package org.residuum;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.residuum.data.InvalidDataException;
import org.residuum.data.load.Batch;
import org.residuum.data.load.Pass;
import org.residuum.train.loop.Scores;

/** Gives the results of a pass over items to a sink, while the batches behind them run. */
final class PredictionPass<T> {
  /** An item without a result so far; what went wrong in decoding it, or null. */
  private record Expected<T>(T item, IOException failure) {}

  /** Starts a batch; the consumer takes its results, now or later. */
  interface Starter<T> {
    void start(Batch<T> batch, Consumer<List<Prediction>> results);
  }

  private final Classifier.PredictionSink<? super T> sink;
  private final Deque<Expected<T>> expected = new ArrayDeque<>();
  private final Deque<List<Prediction>> arrived = new ArrayDeque<>();

  PredictionPass(Classifier.PredictionSink<? super T> sink) {
    this.sink = sink;
  }

  /**
   * Runs all batches of a pass.
   *
   * @param finish waits for all results
   */
  void run(Pass<T> pass, Starter<T> starter, Runnable finish) throws IOException {
    for (Batch<T> batch = pass.next(); batch != null; batch = pass.next()) {
      for (int row = 0; row < batch.size(); row++) {
        expected.add(new Expected<>(batch.item(row), batch.failure(row)));
      }
      starter.start(batch, arrived::add);
      give();
    }
    finish.run();
    give();
  }

  private void give() throws IOException {
    if (arrived.isEmpty()) {
      return;
    }
    while (!arrived.isEmpty()) {
      List<Prediction> predictions = arrived.remove();
      Expected<T> next = expected.remove();
      if (next.failure != null) {
        sink.failed(next.item, next.failure);
      } else if (predictions.isEmpty()) {
        sink.failed(next.item, notFinite(next.item));
      } else {
        sink.predicted(next.item, predictions);
      }
    }
    sink.flush();
  }

  private static IOException notFinite(Object item) {
    return new InvalidDataException(item + ": " + Scores.NOT_FINITE);
  }
}
