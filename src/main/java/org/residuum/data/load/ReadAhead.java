package org.residuum.data.load;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The items of a source, which another thread takes from it ahead of their use, at most so many: an
 * archive is read while batches run. Used by one thread.
 */
public final class ReadAhead<T> implements Iterator<T>, AutoCloseable {
  private static final long CLOSING_MILLIS = 1000;
  private static final Object END = new Object();

  /** Gives one item after the other. */
  @FunctionalInterface
  public interface Source<T> {
    /** The next one, or null where there are no more. */
    T next() throws IOException;
  }

  /** What the source threw. */
  private record Failure(Throwable thrown) {}

  private final BlockingQueue<Object> queue;
  private final Deque<Object> taken = new ArrayDeque<>();
  private final Thread thread;

  /**
   * Starts to read.
   *
   * @param most items that wait
   */
  public ReadAhead(Source<? extends T> source, int most) {
    queue = new ArrayBlockingQueue<>(most);
    thread = new Thread(() -> read(source), "residuum-reader");
    thread.setDaemon(true);
    thread.start();
  }

  private void read(Source<? extends T> source) {
    try {
      for (T item = source.next(); item != null; item = source.next()) {
        queue.put(item);
      }
      queue.put(END);
    } catch (InterruptedException e) {
      // Nobody wants more.
    } catch (Throwable e) { // Whatever it is, it belongs to whom the items are for.
      end(e);
    }
  }

  private void end(Throwable thrown) {
    try {
      queue.put(new Failure(thrown));
    } catch (InterruptedException e) {
      // Nobody wants to know.
    }
  }

  /**
   * Waits until so many items are there, or there are no more.
   *
   * @return how many there are, at most so many
   */
  public int await(int items) {
    while (taken.size() < items && !isEnd(taken.peekLast())) {
      taken.add(take());
    }
    int ends = isEnd(taken.peekLast()) ? 1 : 0;
    return Math.min(items, taken.size() - ends);
  }

  private static boolean isEnd(Object last) {
    return last == END || last instanceof Failure;
  }

  private Object take() {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(
          new InterruptedIOException("interrupted while waiting for the next input"));
    }
  }

  /**
   * Whether there is another item.
   *
   * @throws UncheckedIOException what the source threw in place of one
   */
  @Override
  public boolean hasNext() {
    await(1);
    if (taken.peek() instanceof Failure failure) {
      throw unchecked(failure.thrown);
    }
    return taken.peek() != END;
  }

  private static RuntimeException unchecked(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException e
        ? e
        : new UncheckedIOException((IOException) thrown);
  }

  @Override
  @SuppressWarnings("unchecked") // Neither end nor failure: an item.
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return (T) taken.remove();
  }

  /** Ends the reading; the source may be closed then. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSING_MILLIS); // A pipe that says nothing cannot be interrupted.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
