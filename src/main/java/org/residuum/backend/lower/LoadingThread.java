package org.residuum.backend.lower;

import java.util.function.Supplier;

/**
 * Loads native libraries on a thread of its own, whose stack has room for their initialisers.
 *
 * <p>oneDNN's take between 512 and 600 KB at once. If the stack of a caller is smaller, or mostly
 * used already, they overflow it, which ends the process without a message.
 */
public final class LoadingThread {
  private static final long STACK_BYTES = 16L << 20;

  private LoadingThread() {}

  /** Returns or throws what {@code work} does; the caller waits for it, even if interrupted. */
  public static <T> T call(Supplier<T> work) {
    Outcome<T> outcome = new Outcome<>();
    join(start("natives", () -> outcome.of(work)));
    return outcome.get();
  }

  /** A thread that has begun to work. */
  public static Thread start(String name, Runnable work) {
    Thread thread = new Thread(null, work, "residuum-" + name, STACK_BYTES, false);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for its end, even if interrupted. */
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Written by the thread, read after it has ended. */
  private static final class Outcome<T> {
    private T value;
    private RuntimeException exception;
    private Error error;

    void of(Supplier<T> work) {
      try {
        value = work.get();
      } catch (RuntimeException e) {
        exception = e;
      } catch (Error e) {
        error = e;
      }
    }

    T get() {
      if (exception != null) {
        throw exception;
      }
      if (error != null) {
        throw error;
      }
      return value;
    }
  }
}
