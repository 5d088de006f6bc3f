package org.residuum.data.source.csv;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.residuum.data.InvalidDataException;

/**
 * What the first line of a CSV file says.
 *
 * @param names the header's, else the numbers from 1
 * @param label the index of the label's column, or {@link #NONE}
 * @param header whether the first line is a header
 */
public record CsvColumns(List<String> names, int label, boolean header) {
  /** No column has labels. */
  static final int NONE = -1;

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  /** Looks at the first line; {@code labelColumn} is a name, a number from 1, or null: the last. */
  static CsvColumns of(Path file, CsvRecord first, String labelColumn) throws IOException {
    List<String> fields = fields(first);
    if (fields.size() < 2) {
      throw new InvalidDataException(
          file
              + ": 1 column; a label and at least 1 value are needed, with commas, semicolons or"
              + " tabs between them");
    }
    return of(file, fields, label(file, fields, labelColumn), labelColumn);
  }

  /** The same of a file that may have no labels: it has them if it has a column more. */
  static CsvColumns of(Path file, CsvRecord first, String labelColumn, int features)
      throws IOException {
    List<String> fields = fields(first);
    if (fields.size() == features) {
      return of(file, fields, NONE, null);
    }
    if (fields.size() != features + 1) {
      throw new InvalidDataException(
          "%s: %s columns; the network takes %s values, and a column of labels may be there too"
              .formatted(file, fields.size(), features));
    }
    return of(file, fields, label(file, fields, labelColumn), labelColumn);
  }

  private static List<String> fields(CsvRecord first) {
    return first.getFields().stream().map(String::strip).toList();
  }

  private static CsvColumns of(Path file, List<String> fields, int label, String labelColumn)
      throws IOException {
    boolean header =
        IntStream.range(0, fields.size())
            .noneMatch(column -> column != label && isNumber(fields.get(column)));
    if (!header && labelColumn != null && !isPosition(labelColumn)) {
      throw new InvalidDataException(
          "%s: label column '%s' is a name, but the first line is no header; give its number from 1"
              .formatted(file, labelColumn));
    }
    if (header && label != NONE && fields.get(label).isEmpty()) {
      throw new InvalidDataException(
          ("%s: the column of labels, %s of %s, has no name; remove the separator"
                  + " at the lines' ends, or choose another column")
              .formatted(file, label + 1, fields.size()));
    }
    List<String> names =
        header
            ? fields
            : IntStream.rangeClosed(1, fields.size()).mapToObj(String::valueOf).toList();
    return new CsvColumns(names, label, header);
  }

  /** How many values an example has. */
  int features() {
    return names.size() - (label == NONE ? 0 : 1);
  }

  private static int label(Path file, List<String> fields, String labelColumn) throws IOException {
    if (labelColumn == null) {
      return fields.size() - 1;
    }
    int label =
        isPosition(labelColumn) ? Integer.parseInt(labelColumn) - 1 : fields.indexOf(labelColumn);
    if (label < 0 || label >= fields.size()) {
      throw new InvalidDataException(
          "%s: no column '%s'; give a number in 1..%s or a name of the first line: %s"
              .formatted(file, labelColumn, fields.size(), String.join(", ", fields)));
    }
    if (!isPosition(labelColumn) && fields.lastIndexOf(labelColumn) != label) {
      throw new InvalidDataException(
          "%s: columns %s and %s are both named '%s'; give the number of the one with the labels"
              .formatted(file, label + 1, fields.lastIndexOf(labelColumn) + 1, labelColumn));
    }
    return label;
  }

  private static boolean isPosition(String labelColumn) {
    return labelColumn.matches("\\d{1,9}");
  }

  /** Decimal numbers only: no NaN, no hexadecimal, no Java suffixes. */
  public static boolean isNumber(String field) {
    return NUMBER.matcher(field.strip()).matches();
  }
}
