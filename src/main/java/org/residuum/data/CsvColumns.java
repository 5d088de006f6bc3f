package org.residuum.data;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What the first line of a CSV file says.
 *
 * @param names the header's, else the numbers from 1
 * @param label the index of the label's column
 * @param header whether the first line is a header
 */
record CsvColumns(List<String> names, int label, boolean header) {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  /** Looks at the first line; {@code labelColumn} is a name, a number from 1, or null: the last. */
  static CsvColumns of(Path file, CsvRecord first, String labelColumn) throws IOException {
    List<String> fields = first.getFields().stream().map(String::strip).toList();
    if (fields.size() < 2) {
      throw new InvalidDataException(
          file + ": 1 column; a label and at least 1 value are needed, with commas between them");
    }
    int label = label(file, fields, labelColumn);
    boolean header =
        IntStream.range(0, fields.size())
            .noneMatch(column -> column != label && isNumber(fields.get(column)));
    if (!header && labelColumn != null && !isPosition(labelColumn)) {
      throw new InvalidDataException(
          file
              + ": label column '"
              + labelColumn
              + "' is a name, but the first line is no header; give its number from 1");
    }
    List<String> names =
        header
            ? fields
            : IntStream.rangeClosed(1, fields.size()).mapToObj(String::valueOf).toList();
    return new CsvColumns(names, label, header);
  }

  private static int label(Path file, List<String> fields, String labelColumn) throws IOException {
    if (labelColumn == null) {
      return fields.size() - 1;
    }
    int label =
        isPosition(labelColumn) ? Integer.parseInt(labelColumn) - 1 : fields.indexOf(labelColumn);
    if (label < 0 || label >= fields.size()) {
      throw new InvalidDataException(
          file
              + ": no column '"
              + labelColumn
              + "'; give a number in 1.."
              + fields.size()
              + " or a name of the first line: "
              + String.join(", ", fields));
    }
    return label;
  }

  private static boolean isPosition(String labelColumn) {
    return labelColumn.matches("\\d{1,9}");
  }

  /** Decimal numbers only: no NaN, no hexadecimal, no Java suffixes. */
  static boolean isNumber(String field) {
    return NUMBER.matcher(field.strip()).matches();
  }
}
