package org.residuum.serve;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.residuum.backend.Plan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that computes on a device: it takes a batch, runs it, hands out the rows. So a CPU
 * has one team of threads, however many threads ask.
 */
final class Lane implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private final Plans plans;
  private final Gathering gathering;
  private final Meter meter;

  /** Those that are left; the last one stays whatever fails. */
  private final AtomicInteger lanes;

  private final Seat.Staging staging;
  private final Map<Head, Sizes> sizes = new EnumMap<>(Head.class);
  private final Map<Head, List<Plan>> compiled = new EnumMap<>(Head.class);
  private final Map<Plan, Seat> seats = new HashMap<>();
  private boolean closed;

  /**
   * A lane that has compiled nothing yet.
   *
   * @param lanes how many there are, counted down by those that leave
   * @param sizes called once for each head
   */
  Lane(
      Plans plans,
      Gathering gathering,
      Meter meter,
      AtomicInteger lanes,
      Seat.Staging staging,
      Supplier<Sizes> sizes) {
    this.plans = plans;
    this.gathering = gathering;
    this.meter = meter;
    this.lanes = lanes;
    this.staging = staging;
    for (Head head : Head.values()) {
      this.sizes.put(head, sizes.get());
    }
  }

  @Override
  public void run() {
    try {
      boolean stays = true;
      while (stays) {
        List<Request> batch = gathering.take(head -> sizes.get(head)::share);
        stays = !batch.isEmpty() && serve(batch);
      }
    } finally {
      close();
    }
  }

  /** Whether this lane goes on: not if its device failed and there are others. */
  private boolean serve(List<Request> taken) {
    List<Request> batch = taken.stream().filter(request -> !request.answer().isDone()).toList();
    List<Request> unserved = List.of();
    try {
      if (!batch.isEmpty()) {
        answer(batch);
      }
    } catch (RuntimeException | Error e) {
      if (lanes.getAndUpdate(left -> Math.max(1, left - 1)) > 1) {
        LOG.warn("{} has failed and is left out from here on", plans.device(), e);
        unserved = batch;
      } else {
        LOG.warn("a batch of {} has failed on {}", batch.size(), plans.device(), e);
        batch.forEach(request -> request.answer().completeExceptionally(e));
      }
    }
    gathering.done(unserved);
    return unserved.isEmpty();
  }

  private void answer(List<Request> batch) {
    List<float[]> rows = compute(batch);
    meter.addBatch(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).answer().complete(rows.get(i));
    }
  }

  private List<float[]> compute(List<Request> batch) {
    Head head = batch.get(0).head();
    int size = sizes.get(head).holding(batch.size());
    Lock computing = plans.computing();
    computing.lock();
    try {
      Seat seat = seat(head, size);
      long began = System.nanoTime();
      List<float[]> rows =
          Recorder.batch(
              plans.device(), batch, size, gathering.depth(), () -> seat.run(batch, staging));
      sizes.get(head).took(size, (System.nanoTime() - began) / 1e9);
      return rows;
    } finally {
      computing.unlock();
    }
  }

  /** The seat of a size; for the first batch of a kind all sizes are compiled. */
  private Seat seat(Head head, int size) {
    if (closed) {
      throw new IllegalStateException("this classifier on " + plans.device() + " is closed");
    }
    List<Integer> batches = sizes.get(head).all();
    List<Plan> ofHead = compiled.get(head);
    if (ofHead == null) {
      ofHead = plans.compile(head, batches);
      compiled.put(head, ofHead);
    }
    return seats.computeIfAbsent(ofHead.get(batches.indexOf(size)), Seat::new);
  }

  /**
   * Compiles all sizes and runs each twice, the second time for its measure.
   *
   * @param example of zeros, as requests hold it
   */
  void warmUp(Head head, Object example) {
    for (int size : sizes.get(head).all()) {
      List<Request> batch = new ArrayList<>();
      while (batch.size() < size) {
        batch.add(new Request(head, example, 0));
      }
      compute(batch);
      compute(batch);
    }
  }

  /** Whether the calling thread computes here; this lane waits for it. */
  boolean isHeldByCaller() {
    return plans.computing().isHeldByCurrentThread();
  }

  private void close() {
    plans.computing().lock();
    try {
      closed = true;
      seats.values().forEach(Seat::close);
    } finally {
      plans.close();
      plans.computing().unlock();
    }
  }
}
