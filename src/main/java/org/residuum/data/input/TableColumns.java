package org.residuum.data.input;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.residuum.data.InvalidDataException;
import org.residuum.data.source.csv.UsualColumns;
import org.residuum.data.source.scan.PictureNames;

/**
 * Which columns of a table have the pictures and the labels.
 *
 * @param picture the index of the column of paths or bytes
 * @param label the index of the column of labels, or {@link #NONE}
 * @param header whether the first line is a header
 */
record TableColumns(int picture, int label, boolean header) {
  static final int NONE = -1;

  private static final List<String> PICTURES =
      Stream.concat(UsualColumns.PATHS.stream(), UsualColumns.TEXTS.stream()).toList();

  /**
   * Looks at the first line.
   *
   * @throws InvalidDataException where the columns are not to be found
   */
  static TableColumns of(Path table, List<String> first, PictureInputs.Options options)
      throws InvalidDataException {
    List<String> fields = first.stream().map(String::strip).toList();
    int picture = options.column() == null ? usual(fields, PICTURES) : NONE;
    if (options.column() != null) {
      picture = find(table, "--column", options.column(), fields);
    } else if (picture == NONE) {
      picture = looksLikePicture(fields);
      if (picture == NONE) {
        throw new InvalidDataException(
            "%s: which column has the pictures? Name it with --column; there are: %s"
                .formatted(table, String.join(", ", fields)));
      }
      return new TableColumns(picture, label(table, fields, picture, false, options), false);
    }
    boolean header = !isPicture(fields.get(picture));
    return new TableColumns(picture, label(table, fields, picture, header, options), header);
  }

  private static int label(
      Path table, List<String> fields, int picture, boolean header, PictureInputs.Options options)
      throws InvalidDataException {
    if (options.labelColumn() != null) {
      return find(table, "--label-column", options.labelColumn(), fields);
    }
    return header ? usual(fields, UsualColumns.LABELS) : fields.size() == 2 ? 1 - picture : NONE;
  }

  /** By number from 1, or by name. */
  private static int find(Path table, String option, String column, List<String> fields)
      throws InvalidDataException {
    if (column.matches("\\d{1,6}")) {
      int number = Integer.parseInt(column);
      if (number >= 1 && number <= fields.size()) {
        return number - 1;
      }
    }
    int found = fields.indexOf(column);
    if (found == NONE) {
      throw new InvalidDataException(
          "%s: no column '%s'; give %s a number in 1..%s or a name: %s"
              .formatted(table, column, option, fields.size(), String.join(", ", fields)));
    }
    return found;
  }

  private static int usual(List<String> fields, List<String> names) {
    return names.stream()
        .flatMapToInt(
            name ->
                IntStream.range(0, fields.size())
                    .filter(i -> fields.get(i).toLowerCase(Locale.ROOT).equals(name)))
        .findFirst()
        .orElse(NONE);
  }

  private static int looksLikePicture(List<String> fields) {
    return IntStream.range(0, fields.size())
        .filter(i -> isPicture(fields.get(i)))
        .findFirst()
        .orElse(NONE);
  }

  private static boolean isPicture(String field) {
    String name = field.substring(1 + Math.max(field.lastIndexOf('/'), field.lastIndexOf('\\')));
    return PictureNames.isPicture(name) || Base64Input.matches(field);
  }
}
