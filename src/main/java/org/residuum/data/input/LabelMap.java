package org.residuum.data.input;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.data.InvalidDataException;
import org.residuum.data.source.csv.Csv;

/**
 * The labels of pictures in a file, a line each: name and label, apart by a comma, semicolon or
 * tab, or by the last space. A name is a picture's whole one, or its end: {@code cats/1.png} or
 * {@code 1.png}.
 */
final class LabelMap {
  private final Map<String, String> labels = new HashMap<>();

  private LabelMap() {}

  /**
   * Reads a file.
   *
   * @throws InvalidDataException if it is no such file
   */
  static LabelMap read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidDataException(file + ": no such file; name one of names and labels");
    }
    LabelMap map = new LabelMap();
    try {
      if (isTable(file)) {
        map.readTable(file);
      } else {
        map.readText(file);
      }
    } catch (CsvParseException | UncheckedIOException e) {
      throw new InvalidDataException(file + ": not a CSV file: " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw new InvalidDataException(file + ": it is no text in UTF-8; convert it", e);
    }
    if (map.labels.isEmpty()) {
      throw new InvalidDataException(file + ": no labels in it; write a line of name and label");
    }
    return map;
  }

  private static boolean isTable(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String line = reader.readLine();
      return line != null && line.indexOf(Csv.separator(file)) >= 0;
    }
  }

  private void readTable(Path file) throws IOException {
    TableColumns columns = null;
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowUnclosedQuote(false)
            .detectBomHeader(true)
            .fieldSeparator(Csv.separator(file))
            .ofCsvRecord(file)) {
      for (CsvRecord record : reader) {
        if (columns == null) {
          columns = columns(file, record.getFields());
          if (columns.header()) {
            continue;
          }
        }
        int needed = 1 + Math.max(columns.picture(), columns.label());
        if (record.getFieldCount() < needed) {
          throw new InvalidDataException(
              "%s:%s: %s columns, at least %s expected; mend or remove the line"
                  .formatted(file, record.getStartingLineNumber(), record.getFieldCount(), needed));
        }
        put(record.getField(columns.picture()), record.getField(columns.label()));
      }
    }
  }

  /** By the header's names; else the first column has the names and the second the labels. */
  private static TableColumns columns(Path file, List<String> first) throws InvalidDataException {
    if (first.size() < 2) {
      throw new InvalidDataException(file + ": 1 column; a name and a label are needed");
    }
    TableColumns usual;
    try {
      usual = TableColumns.of(file, first, PictureInputs.Options.DEFAULTS);
    } catch (InvalidDataException e) {
      return new TableColumns(0, 1, false);
    }
    return usual.label() != TableColumns.NONE
        ? usual
        : new TableColumns(usual.picture(), usual.picture() == 0 ? 1 : 0, usual.header());
  }

  private void readText(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        String text = line.strip();
        int space = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
        if (space > 0) {
          put(text.substring(0, space), text.substring(space + 1));
        } else if (!text.isEmpty()) {
          throw new InvalidDataException(
              "%s:%s: '%s': no label after a name; write both".formatted(file, number, text));
        }
      }
    }
  }

  private void put(String name, String label) {
    String clean = name.strip();
    labels.put(clean.startsWith("./") ? clean.substring(2) : clean, label.strip());
  }

  /** The label of a picture under its whole name, or the longest end of it that is there. */
  Optional<String> of(String name) {
    String label = labels.get(name);
    for (int at = 0; label == null && at < name.length(); at++) {
      if (name.charAt(at) == '/' || name.charAt(at) == '\\' || name.charAt(at) == '!') {
        label = labels.get(name.substring(at + 1));
      }
    }
    return Optional.ofNullable(label);
  }

  /** A picture with its label. */
  PictureInput labelled(PictureInput input) {
    return of(input.name()).<PictureInput>map(label -> new Labelled(input, label)).orElse(input);
  }

  /** A picture whose label comes from elsewhere. */
  private record Labelled(PictureInput input, String className) implements PictureInput {
    @Override
    public Optional<String> label() {
      return Optional.of(className);
    }

    @Override
    public String name() {
      return input.name();
    }

    @Override
    public byte[] bytes() throws IOException {
      return input.bytes();
    }

    @Override
    public void release() {
      input.release();
    }

    @Override
    public String toString() {
      return input.name();
    }
  }
}
