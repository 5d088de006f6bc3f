package org.residuum.data.source.csv;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.residuum.data.InvalidDataException;

/**
 * What the first line of a CSV file says.
 *
 * @param names the header's, else the numbers from 1
 * @param labels the indexes of the columns that are no values: of labels or of targets
 * @param header whether the first line is a header
 */
public record CsvColumns(List<String> names, List<Integer> labels, boolean header) {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  /** Looks at the first line; the columns are names or numbers from 1, none means: the last. */
  static CsvColumns of(Path file, CsvRecord first, List<String> labelColumns) throws IOException {
    List<String> fields = fields(first);
    if (fields.size() < 2) {
      throw new InvalidDataException(
          file
              + ": 1 column; a label and at least 1 value are needed, with commas, semicolons or"
              + " tabs between them");
    }
    CsvColumns columns = of(file, fields, labels(file, fields, labelColumns), labelColumns);
    if (columns.features() == 0) {
      throw new InvalidDataException(
          file + ": all " + fields.size() + " columns are label columns; leave some as values");
    }
    return columns;
  }

  /**
   * The same of a file that may have no labels: it has them if it has so many columns more. The
   * column of groups is left out where one has that name.
   */
  static CsvColumns of(
      Path file,
      CsvRecord first,
      List<String> labelColumns,
      int features,
      List<String> targets,
      String group)
      throws IOException {
    List<String> fields = fields(first);
    boolean isNamed = !group.isEmpty() && !isPosition(group) && fields.contains(group);
    List<String> none = isNamed ? List.of(group) : List.<String>of();
    int width = fields.size() - none.size();
    if (width == features) {
      return of(file, fields, none.isEmpty() ? List.of() : labels(file, fields, none), none);
    }
    List<String> more =
        labelColumns.isEmpty() && fields.containsAll(targets) ? targets : labelColumns;
    if (more.isEmpty() && width == features + 1) {
      boolean last = !none.isEmpty() && fields.lastIndexOf(group) == width;
      more = List.of(String.valueOf(last ? width : fields.size()));
    }
    if (width != features + more.size()) {
      throw new InvalidDataException(
          "%s: %s columns; the network takes %s values, and %s may be there too"
              .formatted(
                  file,
                  fields.size(),
                  features,
                  more.size() < 2 ? "a column of labels" : more.size() + " label columns"));
    }
    List<String> others = new ArrayList<>(more);
    others.addAll(none);
    return of(file, fields, labels(file, fields, others), others);
  }

  static List<String> fields(CsvRecord first) {
    return first.getFields().stream().map(String::strip).toList();
  }

  private static CsvColumns of(
      Path file, List<String> fields, List<Integer> labels, List<String> labelColumns)
      throws IOException {
    boolean header =
        IntStream.range(0, fields.size())
            .noneMatch(column -> !labels.contains(column) && isNumber(fields.get(column)));
    for (String column : labelColumns) {
      if (!header && !isPosition(column)) {
        throw new InvalidDataException(
            ("%s: label column '%s' is a name, but the first line is no header; give its number"
                    + " from 1")
                .formatted(file, column));
      }
    }
    for (int label : labels) {
      if (header && fields.get(label).isEmpty()) {
        throw new InvalidDataException(
            ("%s: the column of labels, %s of %s, has no name; remove the separator"
                    + " at the lines' ends, or choose another column")
                .formatted(file, label + 1, fields.size()));
      }
    }
    List<String> names =
        header
            ? fields
            : IntStream.rangeClosed(1, fields.size()).mapToObj(String::valueOf).toList();
    return new CsvColumns(names, labels, header);
  }

  /** How many values an example has. */
  int features() {
    return names.size() - labels.size();
  }

  /** Their indexes; none means: the last. */
  static List<Integer> labels(Path file, List<String> fields, List<String> columns)
      throws IOException {
    if (columns.isEmpty()) {
      return List.of(fields.size() - 1);
    }
    List<Integer> labels = new ArrayList<>();
    for (String column : columns) {
      int label = label(file, fields, column);
      if (labels.contains(label)) {
        throw new InvalidDataException(
            file + ": label column '" + column + "' is named twice; name each once");
      }
      labels.add(label);
    }
    return List.copyOf(labels);
  }

  private static int label(Path file, List<String> fields, String labelColumn) throws IOException {
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

  static boolean isPosition(String labelColumn) {
    return labelColumn.matches("\\d{1,9}");
  }

  /** Decimal numbers only: no NaN, no hexadecimal, no Java suffixes. */
  public static boolean isNumber(String field) {
    return NUMBER.matcher(field.strip()).matches();
  }
}
