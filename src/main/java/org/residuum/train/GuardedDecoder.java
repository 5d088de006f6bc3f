package org.residuum.train;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.FloatBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.residuum.data.InvalidDataException;

/**
 * Decodes so that whatever goes wrong is the failure of one item. An item that found too little
 * memory while others were decoded gets a second try on its own: it may have been theirs.
 */
final class GuardedDecoder<T> {
  private final PredictionStream.Decoder<T> decoder;

  /** Shared by all decoding, exclusive for second tries. */
  private final ReadWriteLock memory = new ReentrantReadWriteLock();

  GuardedDecoder(PredictionStream.Decoder<T> decoder) {
    this.decoder = decoder;
  }

  /** As {@link PredictionStream.Decoder#decode}. */
  Void decode(T item, FloatBuffer into) throws IOException {
    memory.readLock().lock();
    try {
      decodeWhole(item, into);
      return null;
    } finally {
      memory.readLock().unlock();
    }
  }

  private void decodeWhole(T item, FloatBuffer into) throws IOException {
    FloatBuffer example = into.duplicate();
    decoder.decode(item, example);
    if (example.position() != 0 && example.hasRemaining()) {
      throw new IllegalArgumentException(
          "only "
              + example.position()
              + " of an example's "
              + example.limit()
              + " values were written; is the preprocessing that of the network?");
    }
  }

  /** Waits for an item; gives what went wrong, or null. */
  IOException failure(T item, FloatBuffer into, Future<?> decoded) throws InterruptedIOException {
    try {
      decoded.get();
      return null;
    } catch (ExecutionException e) {
      return isMemory(e.getCause())
          ? alone(item, into)
          : InvalidDataException.of(item, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the next batch");
    }
  }

  private static boolean isMemory(Throwable thrown) {
    return thrown instanceof OutOfMemoryError
        || thrown.getCause() != null && isMemory(thrown.getCause());
  }

  private IOException alone(T item, FloatBuffer into) {
    memory.writeLock().lock();
    try {
      decodeWhole(item, into);
      return null;
    } catch (Throwable e) { // It must not cost the other items their results.
      return InvalidDataException.of(item, e);
    } finally {
      memory.writeLock().unlock();
    }
  }
}
