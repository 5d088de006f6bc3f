package org.residuum.backend.cuda.driver;

import java.nio.ByteBuffer;

/**
 * Host memory off the Java heap that a stream's launches and products read at each call: pointers
 * to arguments, followed by the arguments. It is written once and freed with the stream.
 *
 * <p>Arguments in Java arrays cost JCuda some JNI calls each, every time; see {@code kernels.md}.
 */
final class ArgumentMemory implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int ALIGNMENT = 16;

  private final JCudaDriver driver;
  private final Resources chunks = new Resources();
  private ByteBuffer chunk;
  private long address;
  private int used;

  ArgumentMemory(JCudaDriver driver) {
    this.driver = driver;
  }

  /**
   * What {@code cuLaunchKernel} takes: an array of pointers to the arguments.
   *
   * @param arguments Long, Integer, Float
   */
  HostAddress arguments(Object... arguments) {
    int count = arguments.length;
    int start = take(2 * Long.BYTES * count);
    for (int i = 0; i < count; i++) {
      int at = start + Long.BYTES * (count + i);
      chunk.putLong(start + Long.BYTES * i, address + at);
      put(at, arguments[i]);
    }
    return new HostAddress(address + start);
  }

  /** A pointer to one value. */
  HostAddress value(Object value) {
    int start = take(Long.BYTES);
    put(start, value);
    return new HostAddress(address + start);
  }

  private void put(int at, Object value) {
    if (value instanceof Long number) {
      chunk.putLong(at, number);
    } else if (value instanceof Integer number) {
      chunk.putInt(at, number);
    } else {
      chunk.putFloat(at, (Float) value);
    }
  }

  private int take(int bytes) {
    if (chunk == null || used + bytes > chunk.capacity()) {
      chunk = chunks.allocateHost(driver, Math.max(CHUNK_BYTES, bytes), "arguments of launches");
      address = driver.pointer(chunk).value();
      used = 0;
    }
    int start = used;
    used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return start;
  }

  @Override
  public void close() {
    chunks.close();
  }
}
