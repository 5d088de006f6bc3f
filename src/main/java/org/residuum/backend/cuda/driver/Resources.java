package org.residuum.backend.cuda.driver;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Resources to release, the last acquired first; closing twice is harmless. */
public final class Resources implements AutoCloseable {
  private final Deque<Runnable> closers = new ArrayDeque<>();
  private long hostBytes;

  public void add(Runnable closer) {
    closers.push(closer);
  }

  public long allocate(CudaDriver driver, long bytes, String label) {
    long address = driver.allocate(bytes, label);
    add(() -> driver.free(address));
    return address;
  }

  public ByteBuffer allocateHost(CudaDriver driver, long bytes, String label) {
    ByteBuffer buffer = driver.allocateHost(bytes, label);
    add(() -> driver.freeHost(buffer));
    hostBytes += bytes;
    return buffer;
  }

  /** Page-locked bytes acquired so far, released ones included. */
  public long hostBytes() {
    return hostBytes;
  }

  /** Closes because of an error, to which an error of closing is added. */
  public void closeAfter(RuntimeException error) {
    try {
      close();
    } catch (RuntimeException e) {
      error.addSuppressed(e);
    }
  }

  /** Forgets everything, which now has another owner. */
  public void release() {
    closers.clear();
  }

  @Override
  public void close() {
    RuntimeException first = null;
    while (!closers.isEmpty()) {
      try {
        closers.pop().run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
