package org.residuum.data.input;

import java.io.IOException;
import java.util.Optional;

/** A picture that is to be classified, not decoded yet. */
public interface PictureInput {
  /**
   * What it is called in results and errors: a path, as a list or a table says it where it comes
   * from one; for a picture in an archive the archive's path, an exclamation mark and the entry, as
   * in {@code photos.tar!cats/1.png}; for one whose bytes are in a table the table's path and the
   * row from 1, as in {@code photos.parquet#17}. The same from run to run.
   */
  String name();

  /** Its class, where the source says it. */
  default Optional<String> label() {
    return Optional.empty();
  }

  /**
   * The encoded picture. Called once, by any thread.
   *
   * @throws org.residuum.data.InvalidDataException where it cannot be read; the message names it
   *     and the reason
   */
  byte[] bytes() throws IOException;

  /** Says that nobody will ask for the bytes, so that nothing is kept for that. */
  default void release() {}
}
