package org.residuum.train;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.FloatBuffer;
import java.util.Locale;
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
      return isMemory(e.getCause()) ? alone(item, into) : failure(item, e.getCause());
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
      return failure(item, e);
    } finally {
      memory.writeLock().unlock();
    }
  }

  private static IOException failure(Object item, Throwable thrown) {
    return thrown instanceof IOException failure
        ? failure
        : new InvalidDataException(item + ": " + reason(thrown), thrown);
  }

  private static String reason(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError) {
      return String.format(
          Locale.ROOT,
          "needs more than the %,d MB of memory that Java may use (%s); raise it with -Xmx"
              + " (RESIDUUM_JAVA_OPTS=-Xmx8g) or leave it out",
          Runtime.getRuntime().maxMemory() >> 20,
          thrown.getMessage());
    }
    if (thrown instanceof StackOverflowError) {
      return "cannot be decoded (the stack overflowed); leave it out, or raise the stack with -Xss";
    }
    if (thrown instanceof IllegalArgumentException && thrown.getMessage() != null) {
      return thrown.getMessage();
    }
    return "cannot be decoded (unexpected " + thrown + "); leave it out";
  }
}
