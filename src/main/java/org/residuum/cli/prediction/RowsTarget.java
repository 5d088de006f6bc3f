package org.residuum.cli.prediction;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Where rows go. */
interface RowsTarget extends Closeable {
  /** What an ended job brought to disk, which this one goes on behind; empty where it begins. */
  default Optional<Manifest.Contents> resumed() {
    return Optional.empty();
  }

  /**
   * Begins, or goes on behind {@link #resumed}.
   *
   * @param settings what the rows depend on, by option; asked for where they are needed
   */
  void begin(Supplier<Map<String, String>> settings) throws IOException;

  /** Where the rows are until all are there. */
  default Optional<Path> place() {
    return Optional.empty();
  }

  /** Writes the rows; {@link #endRow} follows each. */
  PredictionWriter rows() throws IOException;

  default void endRow() throws IOException {}

  /** Hands on what waits. */
  default void flush() throws IOException {}

  /** Whether parts can be ended at all. */
  default boolean hasParts() {
    return false;
  }

  /** Whether a part that is not full may be ended, too, when the job is. */
  default boolean takesShortParts() {
    return true;
  }

  /**
   * Brings the rows since the last part to disk.
   *
   * @return {@link Manifest.Part#bytes}
   */
  default long endPart() throws IOException {
    return 0;
  }

  /** Notes the part that was ended. */
  default void note(Manifest.Part part) throws IOException {}

  /** All rows are there. */
  void finish() throws IOException;
}
