package org.residuum.data.source.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.residuum.data.InvalidDataException;

/**
 * A table of numbers with a column of labels, which are whole numbers or words, or with several
 * columns that are no values. The first line is a header if it has no number beside them. Commas,
 * semicolons or tabs part the columns.
 */
public final class Csv {
  private final Path file;
  private final CsvColumns columns;

  /** Of rows without values, by their number from 0; only where labels are of no interest. */
  private final Map<Integer, String> problems = new HashMap<>();

  private final List<float[]> values = new ArrayList<>();

  /** What a row has in the columns that are no values, in the order in which they were named. */
  private final List<List<String>> fields = new ArrayList<>();

  private final List<Long> lines = new ArrayList<>();

  private Csv(Path file, CsvColumns columns) {
    this.file = file;
    this.columns = columns;
  }

  /**
   * Reads a table with a column of labels.
   *
   * @param labelColumn by name or by number from 1; null means: the last
   */
  public static Csv read(Path file, String labelColumn) throws IOException {
    List<String> columns = labelColumn == null ? List.of() : List.of(labelColumn);
    return parse(file, first -> CsvColumns.of(file, first, columns), Csv::add);
  }

  /**
   * Reads a table with a column of labels and one of groups.
   *
   * @param labelColumn by name or by number from 1; null means: the last
   * @param groupColumn likewise
   */
  public static Csv read(Path file, String labelColumn, String groupColumn) throws IOException {
    return parse(
        file,
        first -> {
          String label = labelColumn == null ? "" + first.getFieldCount() : labelColumn;
          return CsvColumns.of(file, first, List.of(label, groupColumn));
        },
        Csv::add);
  }

  /**
   * Reads a table with columns of whatever text beside its values, the last of which is one of
   * groups where that is named.
   *
   * @param columns by name or by number from 1; none means: those called as {@code targets} where
   *     they are all there, else the last
   * @param groupColumn likewise; "" for none
   */
  public static Csv read(Path file, List<String> columns, List<String> targets, String groupColumn)
      throws IOException {
    return parse(
        file,
        first -> {
          List<String> others = new ArrayList<>(columns);
          if (columns.isEmpty()) {
            boolean usual = targets.isEmpty() || !CsvColumns.fields(first).containsAll(targets);
            others.addAll(usual ? List.of("" + first.getFieldCount()) : targets);
          }
          if (!groupColumn.isEmpty()) {
            others.add(groupColumn);
          }
          return CsvColumns.of(file, first, others);
        },
        Csv::addFields);
  }

  /** All rows without their labels, if they have any; see {@link CsvTable#read}. */
  static CsvTable rows(
      Path file, int features, List<String> labelColumns, List<String> targets, String group)
      throws IOException {
    Csv table =
        parse(
            file,
            first -> CsvColumns.of(file, first, labelColumns, features, targets, group),
            Csv::addWithoutLabel);
    List<CsvRow> rows =
        IntStream.range(0, table.values.size())
            .mapToObj(i -> new CsvRow(i + 1, table.values.get(i), table.problems.get(i)))
            .toList();
    return new CsvTable(file, table.columns.header() ? table.columns.names() : List.of(), rows);
  }

  /** A comma, or the semicolon or tab that the first line has more of. */
  public static char separator(Path file) throws IOException {
    String line;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      line = String.valueOf(reader.readLine());
    }
    char most = ',';
    for (char candidate : new char[] {';', '\t'}) {
      most = count(line, candidate) > count(line, most) ? candidate : most;
    }
    return most;
  }

  private static long count(String line, char separator) {
    return line.chars().filter(c -> c == separator).count();
  }

  /** Whether a table has a column, by name or by number from 1. */
  public static boolean hasColumn(Path file, String column) throws IOException {
    try (CsvReader<CsvRecord> reader = reader(file)) {
      List<String> first = reader.stream().findFirst().map(CsvColumns::fields).orElse(List.of());
      return CsvColumns.isPosition(column)
          ? Integer.parseInt(column) <= first.size()
          : first.contains(column);
    } catch (CsvParseException | UncheckedIOException e) {
      throw new InvalidDataException(file + ": not a CSV file: " + e.getMessage(), e);
    }
  }

  static CsvReader<CsvRecord> reader(Path file) throws IOException {
    return CsvReader.builder()
        .allowExtraFields(true)
        .allowMissingFields(true)
        .allowUnclosedQuote(false)
        .detectBomHeader(true)
        .fieldSeparator(separator(file))
        .ofCsvRecord(file);
  }

  private interface FirstLine {
    CsvColumns columns(CsvRecord first) throws IOException;
  }

  private interface Line {
    void addTo(Csv table, CsvRecord record) throws IOException;
  }

  private static Csv parse(Path file, FirstLine firstLine, Line line) throws IOException {
    Csv table = null;
    try (CsvReader<CsvRecord> reader = reader(file)) {
      for (CsvRecord record : reader) {
        if (table == null) {
          table = new Csv(file, firstLine.columns(record));
          if (table.columns.header()) {
            continue;
          }
        }
        line.addTo(table, record);
      }
    } catch (CsvParseException | UncheckedIOException e) {
      throw new InvalidDataException(file + ": not a CSV file: " + e.getMessage(), e);
    }
    if (table == null || table.values.isEmpty()) {
      throw new InvalidDataException(file + ": no rows; at least 1 expected");
    }
    return table;
  }

  private void add(CsvRecord record) throws IOException {
    values.add(values(record));
    lines.add(record.getStartingLineNumber());
    int column = columns.labels().get(0);
    List<String> row = new ArrayList<>();
    String label = record.getField(column);
    row.add(TextColumns.label(at(record.getStartingLineNumber(), column, label), label));
    for (int other : columns.labels().subList(1, columns.labels().size())) {
      String field = record.getField(other).strip();
      TextColumns.requireText(at(record.getStartingLineNumber(), other, field), field);
      row.add(field);
    }
    fields.add(row);
  }

  private void addFields(CsvRecord record) throws IOException {
    values.add(values(record));
    long line = record.getStartingLineNumber();
    lines.add(line);
    List<String> row = new ArrayList<>();
    for (int column : columns.labels()) {
      String field = record.getField(column).strip();
      TextColumns.requireText(at(line, column, field), field);
      row.add(field);
    }
    fields.add(row);
  }

  /** A line that is not what it should be is one without values. */
  private void addWithoutLabel(CsvRecord record) throws IOException {
    try {
      values.add(values(record));
    } catch (InvalidDataException e) {
      problems.put(values.size(), e.getMessage());
      values.add(null);
    }
  }

  private float[] values(CsvRecord record) throws IOException {
    long line = record.getStartingLineNumber();
    requireAsLong(file, record, columns.names().size());
    float[] row = new float[columns.features()];
    int next = 0;
    for (int column = 0; column < record.getFieldCount(); column++) {
      if (!columns.labels().contains(column)) {
        row[next++] = number(line, column, record.getField(column));
      }
    }
    return row;
  }

  static void requireAsLong(Path file, CsvRecord record, int columns) throws InvalidDataException {
    if (record.getFieldCount() != columns) {
      throw new InvalidDataException(
          "%s:%s: %s columns, the first line has %s; make all lines as long"
              .formatted(file, record.getStartingLineNumber(), record.getFieldCount(), columns));
    }
  }

  private float number(long line, int column, String field) throws IOException {
    float value = CsvColumns.isNumber(field) ? Float.parseFloat(field.strip()) : Float.NaN;
    if (!Float.isFinite(value)) {
      throw new InvalidDataException(
          at(line, column, field)
              + " is not a finite number; put one there, or remove the line or the column");
    }
    return value;
  }

  private String at(long line, int column, String field) {
    return TextColumns.at(file, line, columns.names().get(column), field);
  }

  /** How many values a row has. */
  public int features() {
    return columns.features();
  }

  public boolean hasHeader() {
    return columns.header();
  }

  /** The names of the columns that are no values, or their numbers from 1. */
  public List<String> labelColumns() {
    return columns.labels().stream().map(columns.names()::get).toList();
  }

  /** A row an entry. */
  public List<float[]> values() {
    return values;
  }

  /** The label of each row. */
  public List<String> names() {
    return fields.stream().map(row -> row.get(0)).toList();
  }

  /** The group of each row, where a column of groups was named. */
  public List<String> groups() {
    return fields.stream().map(row -> row.get(1)).toList();
  }

  /** The columns that are no values. */
  public TextColumns text() {
    return new TextColumns(file, labelColumns(), fields, lines);
  }

  /** For errors: file, line, column and text of a row's label. */
  public String labelOf(int row) {
    return at(lines.get(row), columns.labels().get(0), fields.get(row).get(0));
  }
}
