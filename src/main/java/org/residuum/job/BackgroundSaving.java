package org.residuum.job;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Saves on a thread of its own, one thing at a time. Used by one thread. */
final class BackgroundSaving {
  private FutureTask<Void> underWay;

  interface Work {
    void run() throws IOException;
  }

  /** Whether the thread works. */
  boolean isBusy() {
    return underWay != null && !underWay.isDone();
  }

  /** Begins a saving; the one before must be settled. */
  void begin(Work work) {
    underWay =
        new FutureTask<>(
            () -> {
              work.run();
              return null;
            });
    Thread thread = new Thread(underWay, "residuum-checkpoint");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits for the end of a saving.
   *
   * @throws IOException what it threw, once; memory that ended, too
   */
  void settle() throws IOException {
    FutureTask<Void> last = underWay;
    underWay = null;
    if (last == null) {
      return;
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          last.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unwrapped(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException unwrapped(Throwable cause) {
    if (cause instanceof IOException failed) {
      return new IOException(failed.getMessage(), failed);
    }
    if (cause instanceof OutOfMemoryError) {
      return new IOException("cannot save: " + cause.getMessage(), cause);
    }
    throw new IllegalStateException(cause.getMessage(), cause);
  }
}
