package org.residuum;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;

/**
 * A picture or its file, on its way into a network.
 *
 * @param <E> what may happen while it is read
 */
interface Photo<E extends Exception> {
  /** The network's input as bytes, (H, W, C). */
  byte[] bytes(Preprocessing preprocessing) throws E;

  /** The network's input, normalised. */
  void put(Preprocessing preprocessing, FloatBuffer into) throws E;

  static Photo<RuntimeException> of(Picture picture) {
    return new Photo<>() {
      @Override
      public byte[] bytes(Preprocessing preprocessing) {
        return preprocessing.fit(picture).pixels();
      }

      @Override
      public void put(Preprocessing preprocessing, FloatBuffer into) {
        preprocessing.apply(picture, into);
      }
    };
  }

  static Photo<IOException> of(Path file) {
    return new Photo<>() {
      @Override
      public byte[] bytes(Preprocessing preprocessing) throws IOException {
        return preprocessing.fit(file).pixels();
      }

      @Override
      public void put(Preprocessing preprocessing, FloatBuffer into) throws IOException {
        preprocessing.apply(file, into);
      }
    };
  }

  /** What a plan takes: bytes, or floats. */
  default Object example(Preprocessing preprocessing, boolean asBytes) throws E {
    if (asBytes) {
      return bytes(preprocessing);
    }
    float[] values = new float[preprocessing.inputShape().elements()];
    put(preprocessing, FloatBuffer.wrap(values));
    return values;
  }
}
