package org.residuum.data.source.csv;

import java.nio.file.Path;
import java.util.List;
import org.residuum.data.InvalidDataException;

/**
 * Columns of text of a table.
 *
 * @param names of the columns, or their numbers from 1
 * @param rows a row an entry, a field a column
 * @param lines where each row begins in the file, from 1
 */
public record TextColumns(
    Path file, List<String> names, List<List<String>> rows, List<Long> lines) {
  /** What the reader puts for bytes that are no text. */
  private static final char NOT_UTF_8 = '\uFFFD';

  /** How many rows there are. */
  public int size() {
    return rows.size();
  }

  /** What a row has in a column. */
  public String field(int row, int column) {
    return rows.get(row).get(column);
  }

  /** What all rows have in a column. */
  public List<String> column(int column) {
    return rows.stream().map(row -> row.get(column)).toList();
  }

  /** Some of the columns, in that order. */
  public TextColumns only(List<Integer> columns) {
    return new TextColumns(
        file,
        columns.stream().map(names::get).toList(),
        rows.stream().map(row -> columns.stream().map(row::get).toList()).toList(),
        lines);
  }

  /** For errors: file, line, column and text of a field. */
  public String at(int row, int column) {
    return at(file, lines.get(row), names.get(column), field(row, column));
  }

  static String at(Path file, long line, String column, String field) {
    return file + ":" + line + ": column " + column + ": '" + field + "'";
  }

  /**
   * The name of the class that a row has in a column.
   *
   * @throws InvalidDataException where it is neither a whole number nor a word
   */
  public String label(int row, int column) throws InvalidDataException {
    return label(at(row, column), field(row, column));
  }

  static String label(String at, String field) throws InvalidDataException {
    String name = field.strip();
    if (name.isEmpty()) {
      throw new InvalidDataException(at + " is no label; put one there or remove the line");
    }
    requireText(at, field);
    if (!CsvColumns.isNumber(name)) {
      return name;
    }
    double value = Double.parseDouble(name);
    if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
      throw new InvalidDataException(
          at + " is no label, which is a whole number or a word; choose another label column");
    }
    return String.valueOf((long) value);
  }

  static void requireText(String at, String field) throws InvalidDataException {
    if (field.indexOf(NOT_UTF_8) >= 0) {
      throw new InvalidDataException(
          at + " is not UTF-8; save the table as UTF-8 (iconv -f latin1 -t utf-8)");
    }
  }
}
