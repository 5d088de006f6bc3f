package org.residuum.serve;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts and times of a service; it costs a request a few additions and no allocation. */
public final class Meter {
  /** The newest latencies that percentiles are of. */
  private static final int LATENCIES = 4096;

  private final LongAdder failed = new LongAdder();
  private final LongAdder unserved = new LongAdder();
  private final LongAdder batches = new LongAdder();
  private final LongAdder examples = new LongAdder();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLongArray latencies = new AtomicLongArray(LATENCIES);

  /** Of nothing so far. */
  public Meter() {}

  void addAnswered(long nanos) {
    latencies.set((int) (answered.getAndIncrement() % LATENCIES), nanos);
  }

  void addFailed() {
    failed.increment();
  }

  void addUnserved() {
    unserved.increment();
  }

  void addBatch(int count) {
    batches.increment();
    examples.add(count);
  }

  /** Requests that got their answer. */
  public long answered() {
    return answered.get();
  }

  /** Requests whose preparation or batch failed. */
  public long failed() {
    return failed.sum();
  }

  /** Requests that were refused, timed out or cancelled. */
  public long unserved() {
    return unserved.sum();
  }

  /** Batches that ran. */
  public long batches() {
    return batches.sum();
  }

  /** Examples a batch, on the average; 0 where there was no batch. */
  public double meanBatch() {
    long count = batches.sum();
    return count == 0 ? 0 : (double) examples.sum() / count;
  }

  /**
   * Percentiles of the newest 4,096 latencies, from the call to the answer.
   *
   * @param shares for example 0.5 and 0.99
   * @return nanoseconds; 0 where there was no request
   */
  public long[] latencies(double... shares) {
    int count = (int) Math.min(LATENCIES, answered.get());
    long[] sorted = new long[count];
    Arrays.setAll(sorted, latencies::get);
    Arrays.sort(sorted);
    return Arrays.stream(shares)
        .mapToLong(
            share -> count == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * count) - 1)])
        .toArray();
  }
}
