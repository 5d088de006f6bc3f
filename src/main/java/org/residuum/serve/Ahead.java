package org.residuum.serve;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The results of a sequence of items in their order, while those of the next ones are under way.
 *
 * @param <T> an item
 * @param <R> its result
 */
public final class Ahead<T, R> implements Iterator<R>, AutoCloseable {
  private final Iterator<T> items;
  private final int most;
  private final Function<? super T, CompletableFuture<R>> start;
  private final Deque<CompletableFuture<R>> underWay = new ArrayDeque<>();

  /**
   * Starts nothing yet.
   *
   * @param most results that are under way at once
   */
  public Ahead(Iterator<T> items, int most, Function<? super T, CompletableFuture<R>> start) {
    this.items = items;
    this.most = most;
    this.start = start;
  }

  @Override
  public boolean hasNext() {
    return !underWay.isEmpty() || items.hasNext();
  }

  /**
   * The next result.
   *
   * @throws java.util.concurrent.CompletionException where it failed; the others are given up
   */
  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      while (underWay.size() < most && items.hasNext()) {
        underWay.add(start.apply(items.next()));
      }
      return underWay.remove().join();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    underWay.forEach(result -> result.cancel(false));
    underWay.clear();
  }
}
