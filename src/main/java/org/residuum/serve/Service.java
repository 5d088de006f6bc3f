package org.residuum.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers requests of any number of threads. A lane for each device computes; callers prepare their
 * examples themselves, a pool of threads those of asynchronous calls, whose results it hands out
 * too: no lane ever runs a caller's code.
 */
public final class Service implements AutoCloseable {
  private final Limits limits;
  private final Gathering gathering;
  private final Meter meter = new Meter();
  private final Pool pool;

  /** Turns to prepare examples in callers' threads. */
  private final Semaphore preparing;

  private final List<Lane> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Unfinished unfinished = new Unfinished();

  /**
   * Starts a lane for each device.
   *
   * @param name what is served, for errors
   * @param elements of an example
   * @param sized whether plans are compiled for 1, 2, 4, ... examples too, not for the most alone
   * @param poolThreads that prepare the examples of asynchronous calls
   */
  public Service(
      String name,
      Limits limits,
      int elements,
      boolean sized,
      int poolThreads,
      List<Plans> devices) {
    this.limits = limits;
    this.gathering = new Gathering(name, limits);
    this.pool = new Pool(poolThreads);
    this.preparing = new Semaphore(poolThreads, true);
    Supplier<Sizes> sizes = () -> sized ? Sizes.upTo(limits.batch()) : Sizes.only(limits.batch());
    AtomicInteger count = new AtomicInteger(devices.size());
    for (Plans device : devices) {
      Seat.Staging staging = new Seat.Staging(limits.batch(), elements);
      Lane lane = new Lane(device, gathering, meter, count, staging, sizes);
      lanes.add(lane);
      threads.add(daemon(lane, "residuum-lane-" + device.device()));
    }
    threads.forEach(Thread::start);
  }

  /** The batch sizes that a service's plans are compiled for. */
  public static List<Integer> sizes(int batch) {
    return Sizes.upTo(batch).all();
  }

  private static Thread daemon(Runnable body, String name) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Makes an example out of what the caller gave: bytes or floats, as the plans are fed with. */
  @FunctionalInterface
  public interface Preparation<E extends Exception> {
    Object prepare() throws E;
  }

  /**
   * Answers now, preparing the example in the calling thread, as many at once as the pool has
   * threads: a large picture takes tens of MB while it is decoded. Waits where the queue is full.
   *
   * @return a row of outputs
   * @throws CompletionException where its batch failed, or of a {@link TimeoutException}
   * @throws CancellationException where this thread is interrupted
   * @throws IllegalStateException where this is closed
   */
  public <E extends Exception> float[] ask(Head head, Preparation<E> preparation) throws E {
    long submitted = System.nanoTime();
    admitWaiting(submitted);
    awaitTurn(submitted);
    Request request;
    try {
      request = new Request(head, preparation.prepare(), submitted);
    } catch (Throwable e) {
      gathering.leave();
      meter.addFailed();
      throw e;
    } finally {
      preparing.release();
    }
    gathering.enter(request);
    return await(request);
  }

  private void requireNotComputing() {
    if (lanes.stream().anyMatch(Lane::isHeldByCaller)) {
      throw new IllegalStateException("a reader of a batch cannot wait for another batch");
    }
  }

  private void admitWaiting(long submitted) {
    requireNotComputing();
    try {
      gathering.admitWaiting(submitted);
    } catch (InterruptedException e) {
      meter.addUnserved();
      throw interrupted();
    } catch (TimeoutException e) {
      meter.addUnserved();
      throw new CompletionException(e);
    }
  }

  /** Waits for one of the turns to prepare; a request that gets none in time loses its place. */
  private void awaitTurn(long submitted) {
    boolean turn = false;
    try {
      if (limits.timeoutNanos() == 0) {
        preparing.acquire();
        turn = true;
      } else {
        turn = preparing.tryAcquire(left(submitted), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      if (!turn) {
        gathering.leave();
        meter.addUnserved();
      }
    }
    if (!turn) {
      throw new CompletionException(gathering.timedOut());
    }
  }

  private long left(long submitted) {
    return limits.timeoutNanos() - (System.nanoTime() - submitted);
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("interrupted while it waited for an answer");
  }

  private float[] await(Request request) {
    try {
      float[] row = limits.timeoutNanos() == 0 ? request.answer().get() : awaitInTime(request);
      meter.addAnswered(System.nanoTime() - request.submitted());
      return row;
    } catch (InterruptedException e) {
      giveUp(request);
      throw interrupted();
    } catch (TimeoutException e) {
      TimeoutException told = gathering.timedOut();
      giveUp(request);
      throw new CompletionException(told);
    } catch (ExecutionException e) {
      meter.addFailed();
      throw new CompletionException(e.getCause());
    }
  }

  private float[] awaitInTime(Request request)
      throws InterruptedException, ExecutionException, TimeoutException {
    return request.answer().get(left(request.submitted()), TimeUnit.NANOSECONDS);
  }

  private void giveUp(Request request) {
    request.answer().cancel(false);
    gathering.drop(request);
    meter.addUnserved();
  }

  /**
   * Answers later. The future ends by an exception where the queue is full ({@link
   * RejectedExecutionException}), time is over ({@link TimeoutException}), the preparation or its
   * batch failed; who cancels it gives its place to others.
   *
   * @param waits whether to wait here for a place where the queue is full
   * @param reading makes the result out of a row of outputs
   * @throws IllegalStateException where this is closed
   */
  public <R> CompletableFuture<R> submit(
      Head head, boolean waits, Callable<Object> preparation, Function<float[], R> reading) {
    long submitted = System.nanoTime();
    if (waits) {
      admitWaiting(submitted);
    } else {
      try {
        gathering.admit();
      } catch (RejectedExecutionException e) {
        meter.addUnserved();
        return CompletableFuture.failedFuture(e);
      }
    }
    Later<R> later = new Later<>(head, preparation, reading);
    unfinished.add();
    CompletableFuture<R> result = later.start(gathering, pool, meter, unfinished::done);
    if (limits.timeoutNanos() > 0) {
      later.limit(left(submitted), gathering, pool);
    }
    return result;
  }

  /** The counts and times so far. */
  public Meter meter() {
    return meter;
  }

  /** Requests that are prepared or wait for a device. */
  public int depth() {
    return gathering.depth();
  }

  /**
   * Compiles for all batch sizes on all devices and runs each twice.
   *
   * @param example of zeros
   */
  public void warmUp(Head head, Object example) {
    lanes.forEach(lane -> lane.warmUp(head, example));
  }

  /**
   * Refuses requests from here on and waits for those under way. A thread that hands out a result
   * or computes for a caller would wait for itself, and does not. Closing twice is harmless.
   */
  @Override
  public void close() {
    gathering.close();
    if (pool.isCalling() || lanes.stream().anyMatch(Lane::isHeldByCaller)) {
      daemon(this::end, "residuum-close").start();
    } else {
      end();
    }
  }

  private void end() {
    boolean interrupted = Thread.interrupted();
    for (Thread lane : threads) {
      while (lane.isAlive()) {
        try {
          lane.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    interrupted |= unfinished.awaitNone();
    pool.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Futures that are not done yet. */
  private static final class Unfinished {
    private int count;

    synchronized void add() {
      count++;
    }

    synchronized void done() {
      count--;
      notifyAll();
    }

    /** Whether the thread was interrupted meanwhile. */
    synchronized boolean awaitNone() {
      boolean interrupted = false;
      while (count > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return interrupted;
    }
  }
}
