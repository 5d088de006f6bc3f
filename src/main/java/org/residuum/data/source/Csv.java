package org.residuum.data.source;

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
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Split;
import org.residuum.data.prepare.SplitMix;
import org.residuum.data.source.csv.CsvRow;
import org.residuum.data.source.csv.CsvTable;
import org.residuum.network.Shape;

/**
 * A table of numbers with a column of labels, which are whole numbers or words. The first line is a
 * header if it has no number beside the label. Commas, semicolons or tabs part the columns.
 */
public final class Csv {
  /** What the reader puts for bytes that are no text. */
  private static final List<Split> TWO_PARTS = List.of(Split.TRAIN, Split.TEST);

  private static final char NOT_UTF_8 = '\uFFFD';

  private final Path file;
  private final CsvColumns columns;

  /** Of rows without values, by their number from 0; only where labels are of no interest. */
  private final Map<Integer, String> problems = new HashMap<>();

  private final List<float[]> values = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Long> lines = new ArrayList<>();

  private Csv(Path file, CsvColumns columns) {
    this.file = file;
    this.columns = columns;
  }

  static StoredVectors read(Path file, Split split, DatasetOptions options) throws IOException {
    return parse(file, first -> CsvColumns.of(file, first, options.labelColumn()), Csv::add)
        .part(split, options);
  }

  /** All rows without their labels, if they have any; see {@link CsvTable#read}. */
  public static CsvTable rows(Path file, int features, String labelColumn) throws IOException {
    Csv table =
        parse(
            file, first -> CsvColumns.of(file, first, labelColumn, features), Csv::addWithoutLabel);
    List<CsvRow> rows =
        IntStream.range(0, table.values.size())
            .mapToObj(i -> new CsvRow(i + 1, table.values.get(i), table.problems.get(i)))
            .toList();
    return new CsvTable(file, table.columns.header() ? table.columns.names() : List.of(), rows);
  }

  /** A comma, or the semicolon or tab that the first line has more of. */
  private static char separator(Path file) throws IOException {
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

  private interface FirstLine {
    CsvColumns columns(CsvRecord first) throws IOException;
  }

  private interface Line {
    void addTo(Csv table, CsvRecord record) throws IOException;
  }

  private static Csv parse(Path file, FirstLine firstLine, Line line) throws IOException {
    Csv table = null;
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowUnclosedQuote(false)
            .detectBomHeader(true)
            .fieldSeparator(separator(file))
            .ofCsvRecord(file)) {
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
    names.add(label(record.getStartingLineNumber(), record.getField(columns.label())));
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
    if (record.getFieldCount() != columns.names().size()) {
      throw new InvalidDataException(
          file
              + ":"
              + line
              + ": "
              + record.getFieldCount()
              + " columns, the first line has "
              + columns.names().size()
              + "; make all lines as long");
    }
    float[] row = new float[columns.features()];
    int next = 0;
    for (int column = 0; column < record.getFieldCount(); column++) {
      if (column != columns.label()) {
        row[next++] = number(line, column, record.getField(column));
      }
    }
    return row;
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

  private String label(long line, String field) throws IOException {
    String name = field.strip();
    if (name.isEmpty()) {
      throw new InvalidDataException(
          at(line, columns.label(), field) + " is no label; put one there or remove the line");
    }
    if (name.indexOf(NOT_UTF_8) >= 0) {
      throw new InvalidDataException(
          at(line, columns.label(), field)
              + " is not UTF-8; save the table as UTF-8 (iconv -f latin1 -t utf-8)");
    }
    if (!CsvColumns.isNumber(name)) {
      return name;
    }
    double value = Double.parseDouble(name);
    if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
      throw new InvalidDataException(
          at(line, columns.label(), field)
              + " is no label, which is a whole number or a word; choose another label column");
    }
    return String.valueOf((long) value);
  }

  private String at(long line, int column, String field) {
    return file + ":" + line + ": column " + columns.names().get(column) + ": '" + field + "'";
  }

  private StoredVectors part(Split split, DatasetOptions options) throws IOException {
    List<String> labels = options.labels().isEmpty() ? sortedLabels() : options.labels();
    BitSet test =
        SplitRule.test(values.size(), options.testShare(), i -> SplitMix.at(options.seed(), i));
    say(labels, test.cardinality(), options);
    int[] rows =
        IntStream.range(0, values.size())
            .filter(i -> SplitRule.contains(split, test.get(i)))
            .toArray();
    if (rows.length == 0) {
      throw new InvalidDataException(
          file + ": " + values.size() + " rows leave none for " + split.purpose() + "; add rows");
    }
    float[][] chosen = new float[rows.length][];
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      chosen[i] = values.get(rows[i]);
      classes[i] = labels.indexOf(names.get(rows[i]));
      if (classes[i] < 0) {
        throw new InvalidDataException(
            at(lines.get(rows[i]), columns.label(), names.get(rows[i]))
                + " is not among the labels "
                + String.join(", ", labels));
      }
    }
    sayMissing(labels, test, options);
    return new StoredVectors("csv", Shape.of(columns.features()), labels, chosen, classes);
  }

  /** What was taken for what. */
  private void say(List<String> labels, int kept, DatasetOptions options) {
    options
        .notices()
        .accept(
            String.format(
                Locale.ROOT,
                "%s: %,d rows of %,d values, %s a header, labels of %,d classes in column %s; %,d"
                    + " are kept for testing, a share of %s",
                file,
                values.size(),
                columns.features(),
                columns.header() ? "below" : "without",
                labels.size(),
                columns.names().get(columns.label()),
                kept,
                options.testShare()));
  }

  /** The split is of all rows, so that rare classes may be on one side alone. */
  private void sayMissing(List<String> labels, BitSet test, DatasetOptions options) {
    for (Split part : test.cardinality() < names.size() ? TWO_PARTS : List.of(Split.TEST)) {
      Set<String> missing = new LinkedHashSet<>(labels);
      IntStream.range(0, names.size())
          .filter(i -> SplitRule.contains(part, test.get(i)))
          .forEach(i -> missing.remove(names.get(i)));
      if (!missing.isEmpty()) {
        options
            .notices()
            .accept(file + ": no rows for " + part.purpose() + " of " + Labels.some(missing));
      }
    }
  }

  /** By number where all are numbers, else by name. */
  private List<String> sortedLabels() {
    List<String> distinct = names.stream().distinct().sorted().toList();
    if (distinct.stream().allMatch(CsvColumns::isNumber)) {
      return distinct.stream().map(Long::valueOf).sorted().map(String::valueOf).toList();
    }
    return distinct;
  }
}
