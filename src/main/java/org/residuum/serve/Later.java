package org.residuum.serve;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * A request whose result is a future. Whoever completes that first ends the request: its lane, a
 * failure, the time limit, or the caller by {@code cancel}.
 */
final class Later<R> {
  private final Head head;
  private final Callable<Object> preparation;
  private final Function<float[], R> reading;
  private final long submitted = System.nanoTime();
  private final CompletableFuture<R> result = new CompletableFuture<>();

  /** Null until it is prepared. */
  private volatile Request request;

  Later(Head head, Callable<Object> preparation, Function<float[], R> reading) {
    this.head = head;
    this.preparation = preparation;
    this.reading = reading;
  }

  /**
   * Begins with a request that has a place.
   *
   * @param ended called once, when the result is there
   */
  CompletableFuture<R> start(Gathering gathering, Pool pool, Meter meter, Runnable ended) {
    result.whenComplete(
        (done, failure) -> {
          count(failure, meter);
          giveUp(gathering);
          ended.run();
        });
    pool.prepare(() -> prepare(gathering, pool));
    return result;
  }

  private void count(Throwable failure, Meter meter) {
    if (failure == null) {
      meter.addAnswered(System.nanoTime() - submitted);
    } else if (failure instanceof CancellationException || failure instanceof TimeoutException) {
      meter.addUnserved();
    } else {
      meter.addFailed();
    }
  }

  private void giveUp(Gathering gathering) {
    Request begun = request;
    if (begun != null && begun.answer().cancel(false)) {
      gathering.drop(begun);
    }
  }

  /** Ends it by a {@link TimeoutException} unless it is answered in time. */
  void limit(long nanos, Gathering gathering, Pool pool) {
    CompletableFuture<Void> timer = new CompletableFuture<>();
    timer.thenRunAsync(() -> result.completeExceptionally(gathering.timedOut()), pool);
    timer.completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
    result.whenComplete((done, failure) -> timer.cancel(false));
  }

  private void prepare(Gathering gathering, Pool pool) {
    if (result.isDone()) {
      gathering.leave();
      return;
    }
    Request prepared;
    try {
      prepared = new Request(head, preparation.call(), submitted);
    } catch (Exception | Error e) {
      gathering.leave();
      result.completeExceptionally(e);
      return;
    }
    request = prepared;
    prepared.answer().whenCompleteAsync(this::answered, pool);
    gathering.enter(prepared);
    if (result.isDone()) {
      giveUp(gathering);
    }
  }

  private void answered(float[] row, Throwable failure) {
    if (failure != null) {
      result.completeExceptionally(failure);
      return;
    }
    try {
      result.complete(reading.apply(row));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }
}
