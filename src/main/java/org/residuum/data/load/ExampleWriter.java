package org.residuum.data.load;

import java.io.IOException;

/** Turns items into a network's input; one a thread, because it owns scratch memory. */
public interface ExampleWriter<T> {
  /** Puts the example of an item into a row, in the form that the batch holds. */
  void write(T item, Batch<T> into, int row) throws IOException;

  /**
   * Reads what an item holds, before it is normalised.
   *
   * @param <A> {@code byte[]} for pictures, {@code float[]} for vectors
   */
  @FunctionalInterface
  interface Reader<T, A> {
    /**
     * Gives the values, {@code (H, W, C)} or {@code (F)}.
     *
     * @param scratch may hold them; it has the length of an example
     */
    A read(T item, A scratch) throws IOException;
  }
}
