package org.residuum.cli.command;

import java.io.IOException;
import java.util.List;
import org.residuum.Prediction;

/** Writes predictions, one item after the other; each format is one class. */
interface PredictionWriter {
  /** The classes of an item, the likeliest first. */
  void predicted(String item, List<Prediction> best) throws IOException;

  /** An item that has no class. */
  void failed(String item, String reason) throws IOException;

  /** Hands on what waits. */
  void flush() throws IOException;
}
