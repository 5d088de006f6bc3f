package org.residuum.data.input;

import java.io.Closeable;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Pictures in the order of the source, which is the same from run to run. Used by one thread; the
 * pictures that it gives are read by others.
 */
public interface PictureInputs extends Closeable {
  /**
   * The next picture, or null where there are no more. One that cannot be read is given all the
   * same, and says why when it is read.
   *
   * @throws IOException where the source itself cannot be read any further
   */
  PictureInput next() throws IOException;

  /**
   * Passes over pictures as {@link #next} does, without reading them where the source allows.
   *
   * @return how many; fewer than asked for where there are no more
   */
  default long skip(long pictures) throws IOException {
    long skipped = 0;
    while (skipped < pictures && next() != null) {
      skipped++;
    }
    return skipped;
  }

  /** How many there are in all, where that is known without reading the source to its end. */
  default OptionalLong count() {
    return OptionalLong.empty();
  }

  @Override
  default void close() throws IOException {}
}
