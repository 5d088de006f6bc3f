package org.residuum.data.input;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import org.residuum.data.InvalidDataException;
import org.residuum.data.source.csv.Csv;
import org.residuum.text.FileText;
import org.residuum.text.PathText;

/**
 * The pictures that a column of a CSV file names by path, from the table's folder on, or holds as
 * base64. A picture that is named is called as the table calls it, one that is held by its row.
 */
final class TableInputs implements PictureInputs {
  private static final int LONGEST_FIELD = 1 << 26;

  /** Rows are counted first where that takes little time. */
  private static final long MOST_COUNTED_BYTES = 1L << 28;

  private final Path file;
  private final Options options;
  private final Path root;
  private final FolderLabels labels;
  private final CloseableIterator<CsvRecord> records;
  private final TableColumns columns;
  private CsvRecord first;
  private long row;
  private boolean ended;

  /**
   * Reads the first line.
   *
   * @throws InvalidDataException if it does not tell where the pictures are
   */
  TableInputs(Path file, Options options) throws IOException {
    this.file = file;
    this.options = options;
    this.labels = new FolderLabels(options.classes());
    this.root =
        options.root() != null
            ? options.root()
            : Objects.requireNonNullElse(file.getParent(), Path.of(""));
    this.records = records(file);
    try {
      this.first = records.hasNext() ? records.next() : null;
      if (first == null) {
        throw new InvalidDataException(file + ": no rows; at least 1 expected");
      }
      this.columns = TableColumns.of(file, first.getFields(), options);
    } catch (IOException e) {
      records.close();
      throw e;
    } catch (CsvParseException | UncheckedIOException e) {
      records.close();
      throw new InvalidDataException(file + ": not a CSV file: " + e.getMessage(), e);
    }
    first = columns.header() ? null : first;
  }

  private static CloseableIterator<CsvRecord> records(Path file) throws IOException {
    return CsvReader.builder()
        .allowExtraFields(true)
        .allowMissingFields(true)
        .allowUnclosedQuote(false)
        .detectBomHeader(true)
        .maxBufferSize(LONGEST_FIELD)
        .fieldSeparator(Csv.separator(file))
        .ofCsvRecord(file)
        .iterator();
  }

  @Override
  public PictureInput next() {
    CsvRecord record = first;
    first = null;
    if (record == null) {
      try {
        if (ended || !records.hasNext()) {
          ended = true;
          return null;
        }
        record = records.next();
      } catch (CsvParseException | UncheckedIOException e) {
        ended = true;
        return FailedInput.because(
            FileText.of(file),
            "damaged after row %s (%s); what comes behind is lost; mend it"
                .formatted(row, e.getMessage()));
      }
    }
    row++;
    return input(record);
  }

  private PictureInput input(CsvRecord record) {
    String rowName = FileText.of(file) + "#" + row;
    if (record.getFieldCount() <= columns.picture()) {
      return FailedInput.because(
          rowName,
          "%s columns, but the picture is in column %s; mend or remove line %s"
              .formatted(
                  record.getFieldCount(), columns.picture() + 1, record.getStartingLineNumber()));
    }
    String picture = record.getField(columns.picture()).strip();
    String label = label(record);
    if (picture.isEmpty()) {
      return FailedInput.because(
          rowName,
          "its picture is empty; put a path into line %s or remove it"
              .formatted(record.getStartingLineNumber()));
    }
    if (Base64Input.matches(picture)) {
      return new Base64Input(rowName, picture, label);
    }
    try {
      Path path = root.resolve(PathText.of(picture));
      return new FileInput(path, picture, label != null ? label : labels.of(path));
    } catch (InvalidPathException e) {
      return FailedInput.because(rowName, "'" + picture + "' is no path; mend or remove it");
    }
  }

  private String label(CsvRecord record) {
    if (columns.label() == TableColumns.NONE || columns.label() >= record.getFieldCount()) {
      return null;
    }
    String label = record.getField(columns.label()).strip();
    return label.isEmpty() ? null : label;
  }

  @Override
  public OptionalLong count() throws IOException {
    if (Files.size(file) > MOST_COUNTED_BYTES) {
      return OptionalLong.empty();
    }
    try (TableInputs all = new TableInputs(file, options)) {
      return OptionalLong.of(all.skip(Long.MAX_VALUE));
    }
  }

  @Override
  public boolean reads(Path other) throws IOException {
    if (Files.isSameFile(file, other)) {
      return true;
    }
    if (!FileInput.looksLikePicture(other)) {
      return false;
    }
    try (TableInputs all = new TableInputs(file, options)) {
      return FileInput.isAmong(all, other);
    }
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
