package org.residuum.cli.prediction;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.function.BooleanSupplier;

/**
 * Items until somebody asks to stop, then to the end of a batch, so that a job that goes on has the
 * same batches; or until their source fails, so that those before get their results.
 */
final class Stoppable<T> implements Iterator<T> {
  private final Iterator<? extends T> items;
  private final int batch;
  private final BooleanSupplier asked;
  private long given;
  private boolean stopped;
  private IOException failure;

  Stoppable(Iterator<? extends T> items, int batch, BooleanSupplier asked) {
    this.items = items;
    this.batch = batch;
    this.asked = asked;
  }

  @Override
  public boolean hasNext() {
    if (failure != null || stopped) {
      return false;
    }
    try {
      boolean more = items.hasNext();
      stopped = more && given % batch == 0 && asked.getAsBoolean();
      return more && !stopped;
    } catch (UncheckedIOException e) {
      failure = e.getCause();
      return false;
    }
  }

  @Override
  public T next() {
    T item = items.next();
    given++;
    return item;
  }

  /** Whether there were more. */
  boolean wasStopped() {
    return stopped;
  }

  /**
   * At the end.
   *
   * @throws IOException what the source threw
   */
  void check() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }
}
