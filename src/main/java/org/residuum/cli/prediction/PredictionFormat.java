package org.residuum.cli.prediction;

import java.io.IOException;
import java.io.OutputStream;

/** How predictions are written; each format is one class. */
interface PredictionFormat {
  /**
   * Lines of text at the start of a file that are no rows.
   *
   * @return -1 where rows are no lines: only a whole file can be read
   */
  int heads();

  /** What the names of files end in, such as {@code csv}. */
  String ending();

  /**
   * Starts a file's contents.
   *
   * @param out to which each row goes before the call for it returns, where rows are lines
   * @param goesOn whether rows are there already, so that no head is needed
   */
  PredictionWriter open(OutputStream out, boolean goesOn) throws IOException;
}
