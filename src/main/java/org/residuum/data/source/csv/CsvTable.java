package org.residuum.data.source.csv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.residuum.data.InvalidDataException;
import org.residuum.text.Units;

/**
 * Rows to classify.
 *
 * @param header the names in the first line where it is a header, else none
 */
public record CsvTable(Path file, List<String> header, List<CsvRow> rows) {
  /**
   * Reads a table of vectors to classify. A column more than there are features is taken for labels
   * and left out, as are the columns of the targets. A line with other columns than the first, or
   * with something that is no number, gives a row that says so.
   *
   * @param features how many values a row has
   * @param labelColumns where the labels are, by name or by number from 1, if there are any; none
   *     means: the columns named as the targets, or the last
   * @param targets the columns of a regression, or of several labels; none for others
   * @param group the column of groups of the model's training, which is left out; "" for none
   * @throws InvalidDataException if it is no such table
   */
  public static CsvTable read(
      Path file, int features, List<String> labelColumns, List<String> targets, String group)
      throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidDataException(
          file + (Files.exists(file) ? ": a folder; name the file in it" : ": no such file"));
    }
    return Csv.rows(file, features, labelColumns, targets, group);
  }

  /** For example {@code 3 rows in new.csv, after a header (x, y)}. */
  @Override
  public String toString() {
    return "%s in %s%s"
        .formatted(
            Units.count(rows.size(), "row"),
            file,
            header.isEmpty() ? "" : ", after a header (" + String.join(", ", header) + ")");
  }
}
