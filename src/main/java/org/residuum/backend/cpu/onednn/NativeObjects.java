package org.residuum.backend.cpu.onednn;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.Pointer;

/** oneDNN's objects with a common end: {@link #close} destroys them, the last made first. */
public final class NativeObjects implements AutoCloseable {
  private static final AtomicLong LIVE = new AtomicLong();

  private final Deque<Runnable> destroyers = new ArrayDeque<>();

  /** The number of live objects in this process. */
  public static long live() {
    return LIVE.get();
  }

  /**
   * Makes an object.
   *
   * @param handle an empty one
   * @param call the name of the call, for errors
   * @param create makes the object of the handle; returns oneDNN's status
   * @param destroy its counterpart
   * @throws IllegalStateException where oneDNN refuses
   */
  public <T extends Pointer> T create(
      T handle, String call, ToIntFunction<T> create, ToIntFunction<T> destroy) {
    OneDnn.check(create.applyAsInt(handle), call);
    LIVE.incrementAndGet();
    destroyers.push(
        () -> {
          int unused = destroy.applyAsInt(handle); // It fails for a null handle only.
          LIVE.decrementAndGet();
        });
    return handle;
  }

  /** Closing twice is harmless. */
  @Override
  public void close() {
    while (!destroyers.isEmpty()) {
      destroyers.pop().run();
    }
  }
}
