package org.residuum.train;

import java.io.IOException;

/** Hears which examples of a data set have no result, and decides whether to go on. */
public interface FailureListener {
  /** Ends an evaluation with the first example that cannot be read. */
  FailureListener THROW = new FailureListener() {};

  /**
   * An example that cannot be read; it is not among those evaluated.
   *
   * @param index in the data set
   */
  default void unreadable(int index, IOException cause) throws IOException {
    throw cause;
  }

  /** An example for which the network gives NaN or an infinity; it counts as wrong. */
  default void notFinite(int index, String reason) throws IOException {}
}
