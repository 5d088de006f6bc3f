package org.residuum.data.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.residuum.data.InvalidDataException;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.parquet.Parquet;
import org.residuum.data.parquet.ParquetTable;
import org.residuum.text.FileText;
import org.residuum.text.PathText;

/**
 * The pictures of a Parquet table, row after row. One that the table holds is called by its row,
 * one that it names by its path. A page of each column is in memory at a time.
 */
final class ParquetInputs implements PictureInputs {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** The share of the heap that pictures may take that wait to be decoded. */
  private static final int ROOM_SHARE = 8;

  private final Path file;
  private final Options options;
  private final ParquetTable table;
  private final Path root;
  private final FolderLabels folders;
  private final HeldInput.Room room =
      new HeldInput.Room(Runtime.getRuntime().maxMemory() / ROOM_SHARE);

  /** Null where the table has none. */
  private final ParquetTable.Cursor bytes;

  private final ParquetTable.Cursor paths;
  private final ParquetTable.Cursor labels;
  private final List<String> classes;

  /** Rows that were given. */
  private long row;

  private boolean damaged;

  /**
   * Reads the footer.
   *
   * @throws InvalidDataException if it is no table, does not tell where the pictures are, or
   *     Parquet's library is missing
   */
  ParquetInputs(Path file, Options options) throws IOException {
    this.file = file;
    this.options = options;
    this.root =
        options.root() != null
            ? options.root()
            : Objects.requireNonNullElse(file.getParent(), Path.of(""));
    this.folders = new FolderLabels(options.classes());
    this.table = Parquet.open(file);
    try {
      ParquetColumns columns = ParquetColumns.of(file, table.columns(), options);
      this.bytes = cursor(columns.bytes());
      this.paths = cursor(columns.path());
      this.labels = cursor(columns.label());
      this.classes =
          columns.label() == null
              ? List.of()
              : ClassNames.of(table.property("huggingface"), columns.label().name());
    } catch (IOException | RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /** Whether a file begins as Parquet files do. */
  static boolean matches(byte[] head) {
    return head.length >= MAGIC.length
        && Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  private ParquetTable.Cursor cursor(ParquetTable.Column column) {
    return column == null ? null : table.read(column);
  }

  @Override
  public PictureInput next() {
    if (damaged || row == table.rows()) {
      return null;
    }
    row++;
    try {
      byte[] picture = (byte[]) value(bytes);
      String path = (String) value(paths);
      String label = label(value(labels));
      return picture != null ? held(picture, label) : named(path, label);
    } catch (IOException e) {
      damaged = true;
      return FailedInput.because(
          rowName(),
          "the table is damaged here (%s); what comes behind is lost; replace it"
              .formatted(InvalidDataException.reason(e)));
    }
  }

  private static Object value(ParquetTable.Cursor cursor) throws IOException {
    return cursor == null ? null : cursor.next();
  }

  private String rowName() {
    return FileText.of(file) + "#" + row;
  }

  /** Numbers by the names of the classes, where the table has those. */
  private String label(Object value) {
    return value instanceof Number number
            && number.longValue() >= 0
            && number.longValue() < classes.size()
        ? classes.get(number.intValue())
        : value == null ? null : value.toString();
  }

  private PictureInput held(byte[] picture, String label) {
    if (picture.length > PictureDecoder.MAX_FILE_BYTES) {
      return new FailedInput(
          rowName(), PictureDecoder.tooLong(rowName(), picture.length).getMessage());
    }
    try {
      return new HeldInput(rowName(), label, picture, room);
    } catch (IOException e) {
      return FailedInput.because(
          rowName(),
          "no room to keep it until its turn (%s); free some on disk, or give Java more heap (-Xmx)"
              .formatted(InvalidDataException.reason(e)));
    }
  }

  private PictureInput named(String path, String label) {
    if (path == null || path.isBlank()) {
      return FailedInput.because(rowName(), "its picture is empty; give it one or remove the row");
    }
    if (Base64Input.matches(path)) {
      return new Base64Input(rowName(), path, label);
    }
    try {
      Path place = root.resolve(PathText.of(path));
      return new FileInput(place, path, label != null ? label : folders.of(place));
    } catch (InvalidPathException e) {
      return FailedInput.because(rowName(), "'" + path + "' is no path; mend or remove it");
    }
  }

  /** Whole pages are passed over packed. */
  @Override
  public long skip(long pictures) {
    long rows = damaged ? 0 : Math.min(pictures, table.rows() - row);
    try {
      for (ParquetTable.Cursor cursor : Arrays.asList(bytes, paths, labels)) {
        if (cursor != null) {
          cursor.skip(rows);
        }
      }
    } catch (IOException e) { // What was given before came to its end there.
      damaged = true;
    }
    row += rows;
    return rows;
  }

  @Override
  public OptionalLong count() {
    return OptionalLong.of(table.rows());
  }

  @Override
  public boolean reads(Path other) throws IOException {
    if (Files.isSameFile(file, other)) {
      return true;
    }
    if (paths != null && FileInput.looksLikePicture(other)) {
      try (ParquetInputs all = new ParquetInputs(file, options)) {
        for (PictureInput one = all.next(); one != null; one = all.next()) {
          if (one instanceof FileInput picture && picture.isSame(other)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
