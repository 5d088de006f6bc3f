package org.residuum.cli.prediction;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** How predictions are written; each format is one class. */
interface PredictionFormat {
  /**
   * Lines of text at the start of a file that are no rows.
   *
   * @return -1 where rows are no lines: only a whole file can be read
   */
  int heads();

  /**
   * The format of lines that a single file is made of when all rows are there, where its own rows
   * are no lines: so much of it as was written can be gone on with.
   */
  default PredictionFormat lines() {
    return this;
  }

  /** Makes a whole file of such lines. */
  default void make(InputStream lines, OutputStream out) throws IOException {
    lines.transferTo(out);
  }

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
