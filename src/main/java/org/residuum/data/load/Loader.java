package org.residuum.data.load;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fills batches with the examples of items, in their order, ahead of their use and in other
 * threads, into a ring of reused direct buffers:
 *
 * <pre>{@code
 * try (Pass<T> pass = loader.pass("the pass", items, false)) {
 *   for (Batch<T> batch = pass.next(); batch != null; batch = pass.next()) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * The threads share the rows of each batch, so that the first one is ready early. Items are taken
 * from their iterator by the thread that uses the pass. One pass at a time, used by one thread at a
 * time.
 */
public final class Loader<T> implements AutoCloseable {
  private static final int MAX_ROWS = 16;

  /** Rows that one thread writes, {@code from} to {@code to - 1}. */
  private record Rows<T>(Batch<T> batch, int from, int to) {}

  private final String name;
  private final boolean keepGoing;
  private final List<Batch<T>> ring;
  private final int rowsAtOnce;
  private final List<Thread> threads;

  /** Shared by all writing, exclusive for the second try of an example that lacked memory. */
  private final ReadWriteLock memory = new ReentrantReadWriteLock();

  // Guarded by this. Batches are counted within a pass; number n lies in slot n % ring.size().
  private Pass<T> current;
  private int scheduled;
  private int claiming;
  private int taken;
  private int released;
  private int writing;
  private boolean closed;

  /**
   * Starts the loading threads, which wait for the first pass.
   *
   * @param name of what is loaded, for errors
   * @param room an empty batch a slot of the ring
   * @param keepGoing whether an example that cannot be loaded, whatever is thrown, is the {@link
   *     Batch#failure} of its row; else {@link Pass#next} throws
   * @param writers makes one for each thread
   */
  public Loader(
      String name,
      int slots,
      Supplier<Batch<T>> room,
      boolean keepGoing,
      int threads,
      Supplier<ExampleWriter<T>> writers) {
    this.name = name;
    this.keepGoing = keepGoing;
    ring = Stream.generate(room).limit(slots).toList();
    rowsAtOnce = Math.max(1, Math.min(MAX_ROWS, ring.get(0).capacity() / (4 * threads)));
    this.threads =
        IntStream.rangeClosed(1, threads).mapToObj(i -> thread(i, writers.get())).toList();
    this.threads.forEach(Thread::start);
  }

  private Thread thread(int number, ExampleWriter<T> writer) {
    Thread thread = new Thread(() -> work(writer), "residuum-loader-" + number);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts a pass over items.
   *
   * @param passName for errors
   * @param asPictures whether batches hold {@link Batch#pictures} in place of floats
   */
  public Pass<T> pass(String passName, Iterator<? extends T> items, boolean asPictures) {
    Pass<T> pass = new Pass<>(this, passName, items, asPictures);
    start(pass);
    try {
      schedule(pass);
      return pass;
    } catch (RuntimeException | Error e) {
      end(pass);
      throw e;
    }
  }

  private synchronized void start(Pass<T> pass) {
    if (closed) {
      throw new IllegalStateException("the loader is closed; build another");
    }
    if (current != null) {
      throw new IllegalStateException(current + " is still open; close it before " + pass);
    }
    current = pass;
    scheduled = 0;
    claiming = 0;
    taken = 0;
    released = 0;
  }

  Batch<T> next(Pass<T> pass) throws IOException {
    release(pass);
    schedule(pass);
    Batch<T> batch = take(pass);
    if (batch != null && !keepGoing) {
      batch.requireWhole(name);
    }
    return batch;
  }

  synchronized boolean isReady(Pass<T> pass) {
    requireOpen(pass);
    return taken < scheduled && slot(taken).missing == 0;
  }

  private synchronized void release(Pass<T> pass) {
    requireOpen(pass);
    released = taken;
  }

  /** Takes the items of all batches that have a free slot; only the user of a pass calls this. */
  private void schedule(Pass<T> pass) {
    while (scheduled < released + ring.size() && slot(scheduled).start(pass)) {
      synchronized (this) {
        scheduled++;
        notifyAll();
      }
    }
  }

  private synchronized Batch<T> take(Pass<T> pass) throws InterruptedIOException {
    requireOpen(pass);
    if (taken == scheduled) {
      return null;
    }
    Batch<T> batch = slot(taken);
    while (batch.missing > 0) {
      await();
      requireOpen(pass);
    }
    taken++;
    return batch;
  }

  private Batch<T> slot(int number) {
    return ring.get(number % ring.size());
  }

  private void requireOpen(Pass<T> pass) {
    if (current != pass || closed) {
      throw new IllegalStateException(pass + " is closed; start another");
    }
  }

  private void await() throws InterruptedIOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the next batch");
    }
  }

  /** Ends a pass, and waits until no thread writes to its batches any more. */
  synchronized void end(Pass<T> pass) {
    if (current != pass) {
      return;
    }
    current = null;
    boolean interrupted = false;
    while (writing > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the loading threads; closing twice is harmless. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isMine(Thread thread) {
    return threads.contains(thread);
  }

  private void work(ExampleWriter<T> writer) {
    for (Rows<T> rows = claim(); rows != null; rows = claim()) {
      write(writer, rows);
      deliver(rows);
    }
  }

  /** The next rows to write, as soon as there are some; null when the loader is closed. */
  private synchronized Rows<T> claim() {
    while (!closed && (current == null || claiming == scheduled)) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Only close() ends a loading thread: one that ended by itself would leave a gap.
      }
    }
    if (closed) {
      return null;
    }
    Batch<T> batch = slot(claiming);
    int from = batch.claimed;
    batch.claimed = Math.min(batch.size(), from + rowsAtOnce);
    if (batch.claimed == batch.size()) {
      claiming++;
    }
    writing++;
    return new Rows<>(batch, from, batch.claimed);
  }

  private synchronized void deliver(Rows<T> rows) {
    writing--;
    rows.batch.missing -= rows.to - rows.from;
    if (writing == 0 || rows.batch.missing == 0) {
      notifyAll();
    }
  }

  /** An example that lacked memory beside others gets a second try alone: they may have had it. */
  private void write(ExampleWriter<T> writer, Rows<T> rows) {
    locked(memory.readLock(), writer, rows);
    for (int row = rows.from; row < rows.to; row++) {
      if (rows.batch.lacksMemory(row)) {
        locked(memory.writeLock(), writer, new Rows<>(rows.batch, row, row + 1));
      }
    }
  }

  private void locked(Lock lock, ExampleWriter<T> writer, Rows<T> rows) {
    lock.lock();
    try {
      for (int row = rows.from; row < rows.to; row++) {
        rows.batch.write(writer, row);
      }
    } finally {
      lock.unlock();
    }
  }
}
