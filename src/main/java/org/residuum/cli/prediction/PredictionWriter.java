package org.residuum.cli.prediction;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.residuum.Prediction;

/**
 * Writes predictions, one item after the other; {@link #flush} hands on what waits, closing ends
 * the file's contents.
 */
interface PredictionWriter extends Closeable {
  /** The classes of an item, the likeliest first. */
  void predicted(String item, List<Prediction> best) throws IOException;

  /** The logits or the embedding of an item. */
  void values(String item, float[] values) throws IOException;

  /** An item that has no result. */
  void failed(String item, String reason) throws IOException;

  /** Hands on what waits. */
  void flush() throws IOException;
}
