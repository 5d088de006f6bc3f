package org.residuum.data.decode;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.residuum.data.decode.reader.RefusedPictureException;

/**
 * The heap that pictures may take while they are decoded: half of what the JVM may have, together.
 * A picture waits until those that are being decoded leave room for it; one that needs more than
 * all is refused.
 */
final class DecodingHeap {
  private static final int UNIT = 1 << 10;

  /** That of this JVM. */
  static final DecodingHeap SHARED = new DecodingHeap(Runtime.getRuntime().maxMemory() / 2);

  private final long bytes;
  private final Semaphore freeUnits;

  DecodingHeap(long bytes) {
    this.bytes = Math.min(bytes, (long) Integer.MAX_VALUE * UNIT);
    freeUnits = new Semaphore((int) (this.bytes / UNIT), true);
  }

  /** What needs the heap. */
  @FunctionalInterface
  interface Use<T> {
    T run() throws IOException;
  }

  /**
   * Runs what needs so many bytes when they are free.
   *
   * @throws RefusedPictureException if they never will be
   */
  <T> T with(long needed, Use<T> use) throws IOException {
    if (needed > bytes) {
      throw new RefusedPictureException(
          (needed >> 20) + " MiB of heap are needed, and pictures may take " + (bytes >> 20),
          PictureDecoder.MORE_HEAP);
    }
    int units = (int) (needed / UNIT);
    freeUnits.acquireUninterruptibly(units);
    try {
      return use.run();
    } finally {
      freeUnits.release(units);
    }
  }
}
