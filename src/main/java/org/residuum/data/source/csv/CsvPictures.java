package org.residuum.data.source.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Task;
import org.residuum.data.source.scan.PictureNames;

/**
 * A table with a column of paths of pictures, and what other columns say of them.
 *
 * @param paths one a row
 * @param labels the columns of labels or numbers
 * @param groups one a row, where a column of groups was named
 * @param column the name of that of paths
 */
public record CsvPictures(
    TextColumns labels, List<String> paths, List<String> groups, String column) {
  private static final int NONE = -1;
  private static final List<String> SEVERAL = List.of("labels", "tags");

  /**
   * What is known of the columns, by name or by number from 1.
   *
   * @param picture null where it is to be found
   * @param labels with commas between them for several; null where they are to be found
   * @param group "" for none
   * @param known the labels of a model, in their order, or none
   */
  public record Columns(
      String picture, String labels, String group, Task task, List<String> known) {
    private List<String> labelNames() {
      return labels != null && task == Task.CLASSIFY ? List.of(labels) : CsvTargets.columns(labels);
    }
  }

  /** Where the pictures are, by index, and whether the first line is a header. */
  private record Place(int picture, boolean header) {}

  /** Whether a table has such a column, as its first two lines tell. */
  public static boolean isOne(Path file, Columns columns) throws IOException {
    List<CsvRecord> lines = lines(file, 2);
    return columns.picture() != null || place(file, lines, columns).picture() != NONE;
  }

  /**
   * Reads a table.
   *
   * @throws InvalidDataException where the columns are not to be found, or a line has others
   */
  public static CsvPictures read(Path file, Columns columns) throws IOException {
    List<CsvRecord> lines = lines(file, Integer.MAX_VALUE);
    Place place = place(file, lines, columns);
    List<String> first = CsvColumns.fields(lines.get(0));
    List<List<String>> rows = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    for (CsvRecord line : lines.subList(place.header() ? 1 : 0, lines.size())) {
      Csv.requireAsLong(file, line, first.size());
      rows.add(CsvColumns.fields(line));
      numbers.add(line.getStartingLineNumber());
    }
    if (rows.isEmpty()) {
      throw new InvalidDataException(file + ": no rows; at least 1 expected");
    }
    List<String> names =
        place.header()
            ? first
            : IntStream.rangeClosed(1, first.size()).mapToObj(String::valueOf).toList();
    TextColumns all = new TextColumns(file, names, rows, numbers);
    int group = columns.group().isEmpty() ? NONE : index(file, first, columns.group());
    requireNone(all, place.picture());
    return new CsvPictures(
        all.only(labels(all, place, group, columns)),
        all.column(place.picture()),
        group == NONE ? List.of() : all.column(group),
        names.get(place.picture()));
  }

  private static void requireNone(TextColumns all, int picture) throws InvalidDataException {
    for (int row = 0; row < all.size(); row++) {
      if (all.field(row, picture).isEmpty()) {
        throw new InvalidDataException(
            all.at(row, picture) + " is no path of a picture; put one there or remove the line");
      }
    }
  }

  private static List<CsvRecord> lines(Path file, int most) throws IOException {
    List<CsvRecord> lines = new ArrayList<>();
    try (CsvReader<CsvRecord> reader = Csv.reader(file)) {
      reader.stream().limit(most).forEach(lines::add);
    } catch (CsvParseException | UncheckedIOException e) {
      throw new InvalidDataException(file + ": not a CSV file: " + e.getMessage(), e);
    }
    if (lines.isEmpty()) {
      throw new InvalidDataException(file + ": no rows; at least 1 expected");
    }
    return lines;
  }

  private static int index(Path file, List<String> fields, String column) throws IOException {
    return CsvColumns.labels(file, fields, List.of(column)).get(0);
  }

  private static Place place(Path file, List<CsvRecord> lines, Columns columns) throws IOException {
    List<String> first = CsvColumns.fields(lines.get(0));
    if (columns.picture() != null) {
      int picture = index(file, first, columns.picture());
      return new Place(picture, !isPicture(first.get(picture)));
    }
    List<String> second = lines.size() < 2 ? List.of() : CsvColumns.fields(lines.get(1));
    List<Integer> candidates =
        IntStream.range(0, first.size()).filter(i -> !isNamed(first, i, columns)).boxed().toList();
    for (int i : candidates) {
      if (isPicture(first.get(i))) {
        return new Place(i, false);
      }
    }
    for (boolean byEnding : new boolean[] {true, false}) {
      for (String usual : UsualColumns.PATHS) {
        for (int i : candidates) {
          if (first.get(i).toLowerCase(Locale.ROOT).equals(usual)
              && i < second.size()
              && (byEnding ? isPicture(second.get(i)) : isText(second.get(i)))) {
            return new Place(i, true);
          }
        }
      }
    }
    for (int i : candidates) {
      if (i < second.size() && isPicture(second.get(i))) {
        return new Place(i, true);
      }
    }
    return new Place(NONE, true);
  }

  /** Whether a column is one of labels or of groups. */
  private static boolean isNamed(List<String> first, int column, Columns columns) {
    List<String> named = new ArrayList<>(columns.labelNames());
    named.add(columns.group());
    return named.contains(first.get(column)) || named.contains(String.valueOf(column + 1));
  }

  private static boolean isPicture(String field) {
    return PictureNames.isPicture(
        field.substring(1 + Math.max(field.lastIndexOf('/'), field.lastIndexOf('\\'))));
  }

  private static boolean isText(String field) {
    return !field.isEmpty() && !CsvColumns.isNumber(field);
  }

  private static List<Integer> labels(TextColumns all, Place place, int group, Columns columns)
      throws IOException {
    List<String> asked = columns.labelNames();
    if (asked.isEmpty() && columns.task() != Task.CLASSIFY && !columns.known().isEmpty()) {
      asked = all.names().containsAll(columns.known()) ? columns.known() : asked;
    }
    if (!asked.isEmpty()) {
      List<Integer> labels = CsvColumns.labels(all.file(), all.names(), asked);
      if (labels.contains(place.picture())) {
        throw new InvalidDataException(
            "%s: column %s is the one of pictures; name another for the labels"
                .formatted(all.file(), all.names().get(place.picture())));
      }
      return labels;
    }
    List<Integer> others =
        IntStream.range(0, all.names().size())
            .filter(i -> i != place.picture() && i != group)
            .boxed()
            .toList();
    return usual(all, others, columns.task());
  }

  /** One with a usual name, the only one, or all if they are of labels that rows have or not. */
  private static List<Integer> usual(TextColumns all, List<Integer> others, Task task)
      throws InvalidDataException {
    List<String> usual = new ArrayList<>(task == Task.MULTILABEL ? SEVERAL : List.of());
    usual.addAll(UsualColumns.LABELS);
    for (String name : usual) {
      for (int i : others) {
        if (all.names().get(i).toLowerCase(Locale.ROOT).equals(name)) {
          return List.of(i);
        }
      }
    }
    boolean several =
        task == Task.MULTILABEL && others.stream().allMatch(i -> CsvTargets.isBinary(all, i));
    if (others.size() == 1 || (several && !others.isEmpty())) {
      return others;
    }
    throw new InvalidDataException(
        "%s: which column has the %s? Name it with --label-column; there are: %s"
            .formatted(
                all.file(),
                task == Task.REGRESSION ? "numbers to learn" : "labels",
                String.join(", ", all.names())));
  }
}
