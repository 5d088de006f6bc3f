package org.residuum.serve;

import java.util.concurrent.Executor;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that prepare the examples of asynchronous calls and hand out their results, which go
 * first: an answer, or a timeout, does not wait for pictures behind it to be decoded. They are
 * daemons, and idle ones end.
 */
final class Pool implements Executor {
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;
  private final AtomicLong tasks = new AtomicLong();

  Pool(int size) {
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            body -> new Worker(body, this));
    threads.allowCoreThreadTimeOut(true);
  }

  /** Hands out a result, before all preparations that have not begun. */
  @Override
  public void execute(Runnable task) {
    threads.execute(new Task(task, 0, tasks.getAndIncrement()));
  }

  /** Prepares an example when all results are handed out. */
  void prepare(Runnable task) {
    threads.execute(new Task(task, 1, tasks.getAndIncrement()));
  }

  /** Whether the calling thread is one of these. */
  boolean isCalling() {
    return Thread.currentThread() instanceof Worker worker && worker.pool == this;
  }

  /** Ends the threads once they have done what they were given. */
  void close() {
    threads.shutdown();
  }

  /**
   * What waits for a thread.
   *
   * @param rank lower ones go first, in their order
   */
  private record Task(Runnable body, int rank, long number) implements Runnable, Comparable<Task> {
    @Override
    public void run() {
      body.run();
    }

    @Override
    public int compareTo(Task other) {
      return rank == other.rank
          ? Long.compare(number, other.number)
          : Integer.compare(rank, other.rank);
    }
  }

  private static final class Worker extends Thread {
    private final Pool pool;

    Worker(Runnable body, Pool pool) {
      super(body, "residuum-preparation");
      this.pool = pool;
      setDaemon(true);
    }
  }
}
