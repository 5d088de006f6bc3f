package org.residuum.data.source.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Task;

/**
 * A table of numbers with columns of targets: numbers, or labels of which a row may have several.
 * Labels are columns of 1 and 0, or the names in one column, with {@code ;} or {@code |} between
 * them, which may be none.
 *
 * @param table with the values
 * @param labels the names of the targets
 * @param targets a row an entry, one number a target
 */
public record CsvTargets(Csv table, List<String> labels, float[][] targets) {
  private static final String BETWEEN = "\\s*[;|]\\s*";

  /**
   * Reads a table.
   *
   * @param columns by name or by number from 1, with commas between them; null means: the last
   * @param known the labels of a model, in their order; none where they are those found
   * @throws InvalidDataException naming the line and column that is not what it should be
   */
  public static CsvTargets read(Path file, Task task, String columns, List<String> known)
      throws IOException {
    Csv table = Csv.read(file, columns(columns));
    if (task == Task.MULTILABEL && table.labelColumns().size() == 1 && !isBinary(table)) {
      return named(table, known);
    }
    List<String> labels = table.labelColumns();
    if (!known.isEmpty() && !known.equals(labels)) {
      throw new InvalidDataException(
          "%s: the label columns are %s, the model's are %s; name them in that order"
              .formatted(file, String.join(", ", labels), String.join(", ", known)));
    }
    float[][] targets = new float[table.values().size()][labels.size()];
    for (int row = 0; row < targets.length; row++) {
      for (int k = 0; k < labels.size(); k++) {
        targets[row][k] = task == Task.REGRESSION ? number(table, row, k) : bit(table, row, k);
      }
    }
    return new CsvTargets(table, labels, targets);
  }

  /** The columns that a text names, with commas between them. */
  public static List<String> columns(String text) {
    return text == null ? List.of() : Arrays.stream(text.split(",")).map(String::strip).toList();
  }

  private static boolean isBinary(Csv table) {
    for (int row = 0; row < table.values().size(); row++) {
      if (!table.fields(row).get(0).matches("[01]")) {
        return false;
      }
    }
    return true;
  }

  private static CsvTargets named(Csv table, List<String> known) throws InvalidDataException {
    List<List<String>> names = new ArrayList<>();
    TreeSet<String> found = new TreeSet<>();
    for (int row = 0; row < table.values().size(); row++) {
      String field = table.fields(row).get(0);
      List<String> own =
          Arrays.stream(field.split(BETWEEN)).filter(name -> !name.isEmpty()).distinct().toList();
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
              table.labelOf(row) + ": '" + name + "' is not among the labels " + labels);
        }
        targets[row][k] = 1;
      }
    }
    return new CsvTargets(table, labels, targets);
  }

  private static float number(Csv table, int row, int k) throws InvalidDataException {
    String field = table.fields(row).get(k);
    float value = CsvColumns.isNumber(field) ? Float.parseFloat(field) : Float.NaN;
    if (!Float.isFinite(value)) {
      throw new InvalidDataException(
          table.labelOf(row, k)
              + " is not a finite number, which a regression learns; put one there, or remove the"
              + " line");
    }
    return value;
  }

  private static float bit(Csv table, int row, int k) throws InvalidDataException {
    String field = table.fields(row).get(k);
    if (!field.matches("[01]")) {
      throw new InvalidDataException(
          table.labelOf(row, k)
              + " is neither 1 nor 0; several label columns say by it whether a row has the label");
    }
    return field.equals("1") ? 1 : 0;
  }
}
