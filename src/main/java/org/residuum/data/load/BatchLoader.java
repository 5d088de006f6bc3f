package org.residuum.data.load;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.backend.Feed;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.prepare.SplitMix;

/**
 * Fills batches ahead of their use, in other threads, into a ring of reused direct buffers:
 *
 * <pre>{@code
 * try (BatchLoader loader = BatchLoader.builder(dataset).batch(128).seed(7).build();
 *     Epoch epoch = loader.epoch(0)) {
 *   for (Batch batch = epoch.next(); batch != null; batch = epoch.next()) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * The order of an epoch is a permutation drawn from (seed, epoch), an example's augmentation is
 * drawn from (seed, epoch, position), so the batches are the same whatever the number of threads.
 * One epoch at a time, used by one thread at a time.
 */
public final class BatchLoader implements AutoCloseable {
  private static final long SHUFFLE = 1;
  private static final long AUGMENT = 2;

  private final Dataset dataset;
  private final int batchSize;
  private final int batches;
  private final boolean shuffle;
  private final boolean keepGoing;
  private final long seed;
  private final Feed feed;

  /** The examples of the epoch, then those that fill up its last batch. */
  private final int[] order;

  private final int[] permutation;
  private final Batch[] ring;
  private final List<Thread> threads = new ArrayList<>();

  // Guarded by this. A batch's number counts within the epoch; its slot is number % ring.length.
  private final boolean[] ready;
  private final Throwable[] failures;
  private Epoch current;
  private boolean asPictures;
  private long augmentKey;
  private int nextToFill;
  private int nextToTake;
  private int released;
  private int filling;
  private boolean closed;

  /** Whether anybody still waits for batches; volatile, so that filling need not lock. */
  private volatile boolean wanted;

  BatchLoader(BatchLoaderBuilder options) {
    dataset = options.dataset;
    batchSize = options.batch;
    int size = dataset.size();
    batches = options.dropLast ? size / batchSize : (size + batchSize - 1) / batchSize;
    shuffle = options.shuffle;
    keepGoing = options.keepGoing;
    seed = options.seed;
    feed = options.feed();
    order = new int[options.fillLast ? Math.multiplyExact(batches, batchSize) : size];
    permutation = new int[size];
    ring = new Batch[options.ahead + 1];
    ready = new boolean[ring.length];
    failures = new Throwable[ring.length];
    for (int i = 0; i < ring.length; i++) {
      ring[i] = new Batch(batchSize, dataset.exampleShape().elements());
    }
    for (int i = 0; i < options.threads; i++) {
      ExampleWriter writer = options.writer();
      Thread thread = new Thread(() -> work(writer), "residuum-loader-" + (i + 1));
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  public static BatchLoaderBuilder builder(Dataset dataset) {
    return new BatchLoaderBuilder(dataset);
  }

  /** Batches an epoch. */
  public int batches() {
    return batches;
  }

  /** What a session is to be fed with: bytes where {@link #pictures} gives them, else floats. */
  public Feed feed() {
    return feed;
  }

  /** Starts a pass; its number chooses the order and the augmentation. */
  public Epoch epoch(int number) {
    return start(number, false);
  }

  /**
   * Starts the same pass with {@link Batch#pictures} in place of floats.
   *
   * @throws IllegalStateException where {@link #feed} is floats
   */
  public Epoch pictures(int number) {
    if (feed.equals(Feed.FLOATS)) {
      throw new IllegalStateException(dataset.name() + " gives floats, not the bytes of pictures");
    }
    return start(number, true);
  }

  private synchronized Epoch start(int number, boolean pictures) {
    if (closed) {
      throw new IllegalStateException("the loader is closed; build another");
    }
    if (current != null) {
      throw new IllegalStateException(
          "epoch " + current.number() + " is still open; close it before epoch " + number);
    }
    long key = SplitMix.at(seed, number);
    augmentKey = SplitMix.at(key, AUGMENT);
    asPictures = pictures;
    arrange(number);
    nextToFill = 0;
    nextToTake = 0;
    released = 0;
    current = new Epoch(this, number, batches);
    wanted = true;
    notifyAll();
    return current;
  }

  /** The epoch's order, and as much of those after it as fills the last batch. */
  private void arrange(int number) {
    int size = permutation.length;
    for (int from = 0; from < order.length; from += size) {
      if (shuffle) {
        SplitMix.shuffle(
            permutation, SplitMix.at(SplitMix.at(seed, number + from / size), SHUFFLE));
      } else {
        Arrays.setAll(permutation, i -> i);
      }
      System.arraycopy(permutation, 0, order, from, Math.min(size, order.length - from));
    }
  }

  synchronized Batch next(Epoch epoch) throws IOException {
    requireOpen(epoch);
    released = nextToTake; // The batch handed out before is free from here on.
    notifyAll();
    if (nextToTake == batches) {
      return null;
    }
    int slot = nextToTake % ring.length;
    while (!ready[slot]) {
      await("the next batch");
      requireOpen(epoch);
    }
    nextToTake++;
    ready[slot] = false;
    Throwable failure = failures[slot];
    failures[slot] = null;
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(
          "loading a batch of " + dataset.name() + " failed: " + failure, failure);
    }
    return ring[slot];
  }

  private void requireOpen(Epoch epoch) {
    if (current != epoch || closed) {
      throw new IllegalStateException(
          "epoch " + epoch.number() + " is closed; start another with BatchLoader.epoch");
    }
  }

  private void await(String what) throws InterruptedIOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + what);
    }
  }

  /** Ends an epoch, and waits until no thread writes to its batches any more. */
  synchronized void end(Epoch epoch) {
    if (current != epoch) {
      return;
    }
    current = null;
    wanted = false;
    boolean interrupted = false;
    while (filling > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (int slot = 0; slot < ring.length; slot++) {
      ready[slot] = false;
      failures[slot] = null;
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
      wanted = false;
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

  private void work(ExampleWriter writer) {
    for (int number = claim(); number >= 0; number = claim()) {
      Throwable failure = null;
      try {
        fill(writer, number);
      } catch (Throwable e) { // Whatever it is, the consumer must hear of it.
        failure = e;
      }
      deliver(number, failure);
    }
  }

  /** The number of a batch to fill, as soon as its slot is free; -1 when the loader is closed. */
  private synchronized int claim() {
    while (!closed
        && (current == null || nextToFill == batches || nextToFill == released + ring.length)) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Only close() ends a loading thread: one that left by itself would leave a gap.
      }
    }
    if (closed) {
      return -1;
    }
    filling++;
    return nextToFill++;
  }

  private synchronized void deliver(int number, Throwable failure) {
    int slot = number % ring.length;
    filling--;
    ready[slot] = true;
    failures[slot] = failure;
    notifyAll();
  }

  private void fill(ExampleWriter writer, int number) throws IOException {
    Batch batch = ring[number % ring.length];
    int from = number * batchSize;
    batch.start(Math.min(batchSize, order.length - from), asPictures);
    for (int row = 0; row < batch.size() && wanted; row++) {
      int position = from + row;
      int index = order[position];
      batch.add(row, index, dataset.label(index));
      add(writer, batch, row, SplitMix.at(augmentKey, position));
    }
    batch.finish();
  }

  private void add(ExampleWriter writer, Batch batch, int row, long bits) throws IOException {
    int index = batch.index(row);
    try {
      if (asPictures) {
        writer.write(index, bits, batch.pictures(), row);
      } else {
        writer.write(index, bits, batch.inputs());
      }
    } catch (Throwable e) { // Whatever it is, the others of the batch may be fine.
      if (!keepGoing) {
        throw e;
      }
      batch.fail(row, asPictures, InvalidDataException.of(dataset.exampleName(index), e));
    }
  }
}
