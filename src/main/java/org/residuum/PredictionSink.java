package org.residuum;

import java.io.IOException;
import java.util.List;

/** Takes the results of many items, in their order and on the thread that asked for them. */
public interface PredictionSink<T> {
  /** The likeliest classes of an item, the likeliest first. */
  void predicted(T item, List<Prediction> predictions) throws IOException;

  /**
   * An item that could not be decoded, or for which the network gives NaN or an infinity; throwing
   * ends it all.
   */
  void failed(T item, IOException cause) throws IOException;

  /** All results so far are given; more may take a while. */
  default void flush() throws IOException {}
}
