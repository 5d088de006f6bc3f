package org.residuum.data.source.csv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Task;

/**
 * What columns of a table say that is to be learned: numbers, or labels of which a row may have
 * several. Labels are columns of 1 and 0 (also 1.0 and 0.0, True and False), or the names in one
 * column, with {@code ;} or {@code |} between them, which may be none.
 *
 * @param labels the names of the targets
 * @param targets a row an entry, one number a target
 */
public record CsvTargets(List<String> labels, float[][] targets) {
  private static final Pattern HAS = Pattern.compile("1(\\.0+)?|true", Pattern.CASE_INSENSITIVE);
  private static final Pattern HAS_NOT =
      Pattern.compile("0(\\.0+)?|false", Pattern.CASE_INSENSITIVE);
  private static final String BETWEEN = "\\s*[;|]\\s*";

  /** Where these part names that are all known, nothing else is meant. */
  private static final String SURELY_BETWEEN = "[\\s,]+";

  /**
   * Reads columns.
   *
   * @param known the labels of a model, in their order; none where they are those found
   * @param delimiter what is between names; "" for {@code ;} or {@code |}
   * @throws InvalidDataException naming the line and column that is not what it should be
   */
  public static CsvTargets of(TextColumns table, Task task, List<String> known, String delimiter)
      throws InvalidDataException {
    List<String> labels = table.names();
    if (task == Task.MULTILABEL && labels.size() == 1 && !isBinary(table, 0)) {
      return named(table, known, between(delimiter));
    }
    if (!known.isEmpty() && !known.equals(labels)) {
      throw new InvalidDataException(
          "%s: the label columns are %s, the model's are %s; name them in that order"
              .formatted(table.file(), String.join(", ", labels), String.join(", ", known)));
    }
    float[][] targets = new float[table.size()][labels.size()];
    for (int row = 0; row < targets.length; row++) {
      for (int k = 0; k < labels.size(); k++) {
        targets[row][k] = task == Task.REGRESSION ? number(table, row, k) : bit(table, row, k);
      }
    }
    return new CsvTargets(labels, targets);
  }

  /** The columns that a text names, with commas between them. */
  public static List<String> columns(String text) {
    return text == null ? List.of() : Arrays.stream(text.split(",")).map(String::strip).toList();
  }

  private static String between(String delimiter) {
    if (delimiter.isEmpty()) {
      return BETWEEN;
    }
    return delimiter.isBlank() ? "\\s+" : "\\s*" + Pattern.quote(delimiter.strip()) + "\\s*";
  }

  static boolean isBinary(TextColumns table, int column) {
    return table.rows().stream().allMatch(row -> isBit(row.get(column)));
  }

  private static boolean isBit(String field) {
    return HAS.matcher(field).matches() || HAS_NOT.matcher(field).matches();
  }

  private static CsvTargets named(TextColumns table, List<String> known, String between)
      throws InvalidDataException {
    List<List<String>> names = new ArrayList<>();
    TreeSet<String> found = new TreeSet<>();
    for (int row = 0; row < table.size(); row++) {
      List<String> own = new ArrayList<>();
      for (String name : parts(table.field(row, 0), between)) {
        List<String> within = known.contains(name) ? List.of() : parts(name, SURELY_BETWEEN);
        own.addAll(!within.isEmpty() && known.containsAll(within) ? within : List.of(name));
      }
      names.add(own);
      found.addAll(own);
    }
    List<String> labels = known.isEmpty() ? List.copyOf(found) : known;
    float[][] targets = new float[names.size()][labels.size()];
    for (int row = 0; row < targets.length; row++) {
      for (String name : names.get(row)) {
        int k = labels.indexOf(name);
        if (k < 0) {
          throw new InvalidDataException(
              table.at(row, 0) + ": '" + name + "' is not among the labels " + labels);
        }
        targets[row][k] = 1;
      }
    }
    return new CsvTargets(labels, targets);
  }

  private static List<String> parts(String text, String between) {
    return Arrays.stream(text.split(between)).filter(name -> !name.isEmpty()).toList();
  }

  private static float number(TextColumns table, int row, int k) throws InvalidDataException {
    String field = table.field(row, k);
    float value = CsvColumns.isNumber(field) ? Float.parseFloat(field) : Float.NaN;
    if (!Float.isFinite(value)) {
      throw new InvalidDataException(
          table.at(row, k)
              + " is not a finite number, which a regression learns; put one there, or remove the"
              + " line");
    }
    return value;
  }

  private static float bit(TextColumns table, int row, int k) throws InvalidDataException {
    String field = table.field(row, k);
    if (!isBit(field)) {
      throw new InvalidDataException(
          table.at(row, k)
              + " is neither 1 nor 0, True nor False; several label columns say by it whether a row"
              + " has the label");
    }
    return HAS.matcher(field).matches() ? 1 : 0;
  }
}
