package org.residuum.backend.lower;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Serialises the calls of one object. One thread at a time makes a call; none is made after the
 * object is closed; and its resources are freed once, after the last call.
 *
 * <pre>{@code
 * guard.enter();
 * try {
 *   ...
 * } finally {
 *   guard.exit();
 * }
 * }</pre>
 */
public final class Guard {
  private final String what;
  private final Runnable free;
  private final boolean waits;
  private final ReentrantLock use = new ReentrantLock();
  private volatile boolean closed;
  private boolean freed;

  private Guard(String what, Runnable free, boolean waits) {
    this.what = what;
    this.free = free;
    this.waits = waits;
  }

  /**
   * A guard that refuses a second thread.
   *
   * @param what is guarded, for errors
   * @param free frees what it holds
   */
  public static Guard refusing(String what, Runnable free) {
    return new Guard(what, free, false);
  }

  /** A guard that has a second thread wait for the first one's call. */
  public static Guard waiting(String what, Runnable free) {
    return new Guard(what, free, true);
  }

  /**
   * Begins a call, which {@link #exit} ends; calls may be nested.
   *
   * @throws IllegalStateException where the object is closed, or refuses a second thread
   */
  public void enter() {
    requireOpen();
    if (waits) {
      use.lock();
    } else if (!use.tryLock()) {
      requireOpen();
      throw new IllegalStateException(
          what + " is in use by another thread; open one for each thread");
    }
    if (closed) {
      exit();
      throw isClosed();
    }
  }

  /** Ends a call, and frees everything where the object was closed meanwhile by this thread. */
  public void exit() {
    try {
      if (closed && use.getHoldCount() == 1) {
        freeOnce();
      }
    } finally {
      use.unlock();
    }
  }

  /** Makes a call that gives something. */
  public <T> T call(Supplier<T> body) {
    enter();
    try {
      return body.get();
    } finally {
      exit();
    }
  }

  /** Makes a call that gives nothing. */
  public void run(Runnable body) {
    enter();
    try {
      body.run();
    } finally {
      exit();
    }
  }

  /**
   * For what does not touch anything that is freed.
   *
   * @throws IllegalStateException where the object is closed
   */
  public void requireOpen() {
    if (closed) {
      throw isClosed();
    }
  }

  private IllegalStateException isClosed() {
    return new IllegalStateException(what + " is closed");
  }

  /**
   * Refuses calls from here on, waits for the one that another thread is in, and frees everything;
   * within a call of this thread, that call's end does. Closing twice is harmless.
   */
  public void close() {
    closed = true;
    use.lock();
    exit();
  }

  private void freeOnce() {
    if (!freed) {
      freed = true;
      free.run();
    }
  }
}
