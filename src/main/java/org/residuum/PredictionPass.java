package org.residuum;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.residuum.data.InvalidDataException;
import org.residuum.data.load.Batch;
import org.residuum.data.load.Pass;
import org.residuum.train.loop.Scores;

/**
 * Gives the results of a pass over items to a sink, while the batches behind them run.
 *
 * @param <R> a result
 */
final class PredictionPass<T, R> {
  /** An item without a result so far; what went wrong in decoding it, or null. */
  private record Expected<T>(T item, IOException failure) {}

  /** Starts a batch; the consumer takes its results, now or later. */
  interface Starter<T, R> {
    /**
     * Starts it.
     *
     * @param results takes them in order; empty where the network's outputs are not finite
     */
    void start(Batch<T> batch, Consumer<Optional<R>> results);
  }

  private final Classifier.ItemSink<? super T, R> sink;
  private final Deque<Expected<T>> expected = new ArrayDeque<>();
  private final Deque<Optional<R>> arrived = new ArrayDeque<>();

  PredictionPass(Classifier.ItemSink<? super T, R> sink) {
    this.sink = sink;
  }

  /**
   * Runs all batches of a pass.
   *
   * @param finish waits for all results
   */
  void run(Pass<T> pass, Starter<T, R> starter, Runnable finish) throws IOException {
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
      Optional<R> result = arrived.remove();
      Expected<T> next = expected.remove();
      if (next.failure != null) {
        sink.failed(next.item, next.failure);
      } else if (result.isEmpty()) {
        sink.failed(next.item, notFinite(next.item));
      } else {
        sink.result(next.item, result.get());
      }
    }
    sink.flush();
  }

  private static IOException notFinite(Object item) {
    return new InvalidDataException(item + ": " + Scores.NOT_FINITE);
  }
}
