package org.residuum.backend.lower;

import java.util.function.Supplier;

/**
 * Loads native libraries on a thread of its own, whose stack has room for their initialisers.
 *
 * <p>oneDNN's take between 512 and 600 KB at once. Where the stack of a caller is smaller, or deep
 * in use already, they would run over its end, and that ends the process without a word.
 */
public final class LoadingThread {
  private static final long STACK_BYTES = 16L << 20;

  private LoadingThread() {}

  /** What {@code work} gives, or throws; the caller waits for it, even where it is interrupted. */
  public static <T> T call(Supplier<T> work) {
    Outcome<T> outcome = new Outcome<>();
    Thread thread =
        new Thread(null, () -> outcome.of(work), "residuum-natives", STACK_BYTES, false);
    thread.setDaemon(true);
    thread.start();
    join(thread);
    return outcome.get();
  }

  private static void join(Thread thread) {
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
