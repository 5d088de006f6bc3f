package org.residuum.serve;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that prepare the examples of asynchronous calls and hand out their results. They are
 * daemons, and idle ones end.
 */
final class Pool implements Executor {
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  Pool(int size) {
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            body -> new Worker(body, this));
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    threads.execute(task);
  }

  /** Whether the calling thread is one of these. */
  boolean isCalling() {
    return Thread.currentThread() instanceof Worker worker && worker.pool == this;
  }

  /** Ends the threads once they have done what they were given. */
  void close() {
    threads.shutdown();
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
