package org.residuum.data.parquet;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.residuum.data.InvalidDataException;

/** An open Parquet file: its columns, and the rows in them. For one thread. */
public final class ParquetTable implements Closeable {
  private static final String MAGIC = "PAR1";
  private static final String ENCRYPTED = "PARE";

  /** The length of the footer and the magic, at the end. */
  private static final int TAIL = 8;

  /** What the values of a column are. */
  public enum Kind {
    BYTES,
    TEXT,
    INTEGER,
    NUMBER,
    BOOLEAN,
    OTHER
  }

  /**
   * A column.
   *
   * @param path its name, behind the names of the structs that it lies in
   * @param isList whether it lies in a list, so that a row has any number of values: not read
   */
  public record Column(List<String> path, Kind kind, boolean isList) {
    public Column {
      path = List.copyOf(path);
    }

    public String name() {
      return String.join(".", path);
    }
  }

  /** The values of a column, row after row. */
  public static final class Cursor {
    private final Path file;
    private final Kind kind;
    private final ParquetColumn values;

    private Cursor(Path file, Kind kind, ParquetColumn values) {
      this.file = file;
      this.kind = kind;
      this.values = values;
    }

    /**
     * The value of the next row, of which there must be one.
     *
     * @return a byte[], a String, an Integer, Long, Float, Double or Boolean; null where there is
     *     none
     * @throws InvalidDataException where the file is damaged
     */
    public Object next() throws IOException {
      Object value = checked(file, values::next);
      if (!(value instanceof Binary bytes)) {
        return value;
      }
      return kind == Kind.TEXT ? bytes.toStringUsingUTF8() : bytes.getBytes();
    }

    /** Passes over rows, of which so many must be there, and unpacks little. */
    public void skip(long rows) throws IOException {
      checked(
          file,
          () -> {
            values.skip(rows);
            return null;
          });
    }
  }

  /** What happens in a file that cannot be trusted. */
  @FunctionalInterface
  private interface Reading<T> {
    T get() throws IOException;
  }

  private final Path file;
  private final FileChannel channel;
  private final ParquetMetadata footer;

  private ParquetTable(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.footer = checked(file, this::readFooter);
  }

  static ParquetTable open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      return new ParquetTable(file, channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** Whatever Parquet's classes throw at what is no Parquet, as an error that names the file. */
  private static <T> T checked(Path file, Reading<T> reading) throws IOException {
    try {
      return reading.get();
    } catch (InvalidDataException e) {
      throw e;
    } catch (UncheckedIOException e) {
      throw failure(file, e.getCause().getMessage(), e);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw failure(file, e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  private static InvalidDataException failure(Path file, String reason, Throwable cause) {
    return new InvalidDataException(
        file + ": it cannot be read as Parquet: " + reason.lines().findFirst().orElse(""), cause);
  }

  private ParquetMetadata readFooter() throws IOException {
    long size = channel.size();
    if (size < TAIL + MAGIC.length()) {
      throw new IOException("it has " + size + " bytes, too few for a Parquet file");
    }
    ByteBuffer tail = read(size - TAIL, TAIL);
    int length = tail.order(ByteOrder.LITTLE_ENDIAN).getInt();
    String magic = StandardCharsets.ISO_8859_1.decode(tail).toString();
    if (magic.equals(ENCRYPTED)) {
      throw new IOException("it is encrypted; write it without encryption");
    }
    if (!magic.equals(MAGIC)) {
      throw new IOException("it does not end in PAR1: it is no Parquet file, or was cut off");
    }
    if (length < 1 || length > size - TAIL - MAGIC.length()) {
      throw new IOException("its footer of " + length + " bytes is not within the file");
    }
    byte[] bytes = read(size - TAIL - length, length).array();
    return new ParquetMetadataConverter()
        .readParquetMetadata(new ByteArrayInputStream(bytes), ParquetMetadataConverter.NO_FILTER);
  }

  private ByteBuffer read(long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("it became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  public long rows() {
    return footer.getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
  }

  int groups() {
    return footer.getBlocks().size();
  }

  /** Rows of a group. */
  long rows(int group) {
    return footer.getBlocks().get(group).getRowCount();
  }

  /** All columns; each leaf of a struct is one. */
  public List<Column> columns() {
    return footer.getFileMetaData().getSchema().getColumns().stream()
        .map(ParquetTable::column)
        .toList();
  }

  private static Column column(ColumnDescriptor found) {
    PrimitiveType type = found.getPrimitiveType();
    return new Column(List.of(found.getPath()), kind(type), found.getMaxRepetitionLevel() > 0);
  }

  private static Kind kind(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case BINARY -> logical == null ? Kind.BYTES : isText(logical) ? Kind.TEXT : Kind.OTHER;
      case INT32, INT64 ->
          logical == null || logical instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation
              ? Kind.INTEGER
              : Kind.OTHER;
      case FLOAT, DOUBLE -> Kind.NUMBER;
      case BOOLEAN -> Kind.BOOLEAN;
      default -> Kind.OTHER;
    };
  }

  private static boolean isText(LogicalTypeAnnotation logical) {
    return logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
        || logical instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
        || logical instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
  }

  /** What a writer has added to the file by a key; null where there is no such thing. */
  public String property(String key) {
    return footer.getFileMetaData().getKeyValueMetaData().get(key);
  }

  /** Reads a column from its first row on; several are read side by side. */
  public Cursor read(Column column) {
    String[] path = column.path().toArray(String[]::new);
    ParquetColumn values =
        new ParquetColumn(this, footer.getFileMetaData().getSchema().getColumnDescription(path));
    return new Cursor(file, column.kind(), values);
  }

  /** The program that wrote the file, or null. */
  String writer() {
    return footer.getFileMetaData().getCreatedBy();
  }

  /** The pages of a column in a group. */
  ColumnPages pages(int group, ColumnDescriptor column) throws IOException {
    for (ColumnChunkMetaData chunk : footer.getBlocks().get(group).getColumns()) {
      if (List.of(chunk.getPath().toArray()).equals(List.of(column.getPath()))) {
        if (chunk.getValueCount() != rows(group)) {
          throw new IOException(
              "a group of "
                  + rows(group)
                  + " rows has "
                  + chunk.getValueCount()
                  + " values in "
                  + String.join(".", column.getPath()));
        }
        return new ColumnPages(new From(chunk.getStartingPos()), chunk);
      }
    }
    throw new IOException("a row group lacks the column " + String.join(".", column.getPath()));
  }

  /** The file from a place on; several are read side by side. */
  private final class From extends InputStream {
    private long position;

    From(long position) {
      this.position = position;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      int read = channel.read(ByteBuffer.wrap(bytes, from, count), position);
      position += Math.max(0, read);
      return read;
    }

    @Override
    public long skip(long count) {
      position += Math.max(0, count);
      return Math.max(0, count);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
