package org.residuum.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A row of a CSV file as a vector.
 *
 * @param number from 1, a header not counted
 * @param values {@code (F)}; not copied
 */
public record CsvRow(long number, float[] values) {
  /**
   * Reads a table of vectors to classify. A column more than there are features is taken for labels
   * and left out.
   *
   * @param features how many values a row has
   * @param labelColumn where the labels are, by name or by number from 1, if there are any; null
   *     means: the last
   * @throws InvalidDataException if it is no such table
   */
  public static List<CsvRow> read(Path file, int features, String labelColumn) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidDataException(
          file + (Files.exists(file) ? ": a folder; name the file in it" : ": no such file"));
    }
    return Csv.rows(file, features, labelColumn);
  }

  /** The row's number. */
  @Override
  public String toString() {
    return String.valueOf(number);
  }
}
