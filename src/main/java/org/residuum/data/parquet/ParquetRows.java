package org.residuum.data.parquet;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Writes a Parquet table, row after row; a group of rows at a time is in memory. The same rows give
 * the same bytes.
 */
public final class ParquetRows implements Closeable {
  /** A group ends behind the row that brings it there. */
  private static final long GROUP_BYTES = 16 << 20;

  /** What the values of a column are. */
  public enum Kind {
    /** A String. */
    TEXT,
    /** A Double. */
    NUMBER,
    /** A float[]: a list of floats. */
    FLOATS
  }

  /**
   * A column.
   *
   * @param isRequired whether each row has a value, else it may be null
   */
  public record Column(String name, Kind kind, boolean isRequired) {}

  private final List<Column> columns;
  private final MessageType schema;
  private final ParquetProperties properties;
  private final ParquetFileWriter file;

  /** The group in the making; null between groups. */
  private ColumnWriteStore group;

  private ColumnChunkPageWriteStore pages;
  private RecordConsumer consumer;
  private long rows;
  private int groups;

  ParquetRows(OutputStream out, List<Column> columns) throws IOException {
    this.columns = List.copyOf(columns);
    this.schema = new MessageType("predictions", columns.stream().map(ParquetRows::field).toList());
    this.properties = properties(schema);
    this.file =
        new ParquetFileWriter(
            new Target(out),
            schema,
            ParquetFileWriter.Mode.CREATE,
            GROUP_BYTES,
            0,
            null,
            properties);
    file.start();
  }

  /** Numbers of a network hardly repeat: looking them up in a dictionary would not pay. */
  private static ParquetProperties properties(MessageType schema) {
    ParquetProperties.Builder properties = ParquetProperties.builder();
    for (ColumnDescriptor column : schema.getColumns()) {
      if (column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.FLOAT) {
        properties.withDictionaryEncoding(String.join(".", column.getPath()), false);
      }
    }
    return properties.build();
  }

  private static Type field(Column column) {
    Type.Repetition repetition =
        column.isRequired ? Type.Repetition.REQUIRED : Type.Repetition.OPTIONAL;
    return switch (column.kind) {
      case TEXT ->
          Types.primitive(PrimitiveTypeName.BINARY, repetition)
              .as(LogicalTypeAnnotation.stringType())
              .named(column.name);
      case NUMBER -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(column.name);
      case FLOATS ->
          Types.list(repetition).requiredElement(PrimitiveTypeName.FLOAT).named(column.name);
    };
  }

  /**
   * Adds a row.
   *
   * @param values of the columns, in their order
   */
  public void add(List<?> values) throws IOException {
    if (values.size() != columns.size()) {
      throw new IllegalArgumentException(
          values.size() + " values for " + columns.size() + " columns");
    }
    if (group == null) {
      begin();
    }
    consumer.startMessage();
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (value != null) {
        consumer.startField(columns.get(i).name, i);
        put(columns.get(i).kind, value);
        consumer.endField(columns.get(i).name, i);
      }
    }
    consumer.endMessage();
    rows++;
    if (group.getBufferedSize() >= GROUP_BYTES) {
      end();
    }
  }

  private void put(Kind kind, Object value) {
    switch (kind) {
      case TEXT -> consumer.addBinary(Binary.fromString((String) value));
      case NUMBER -> consumer.addDouble((Double) value);
      case FLOATS -> put((float[]) value);
      default -> throw new AssertionError(kind);
    }
  }

  /** A list is a group with a repeated group {@code list} of one field {@code element}. */
  private void put(float[] values) {
    consumer.startGroup();
    if (values.length > 0) {
      consumer.startField("list", 0);
      for (float value : values) {
        consumer.startGroup();
        consumer.startField("element", 0);
        consumer.addFloat(value);
        consumer.endField("element", 0);
        consumer.endGroup();
      }
      consumer.endField("list", 0);
    }
    consumer.endGroup();
  }

  private void begin() {
    pages =
        ColumnChunkPageWriteStore.builder()
            .withCompressorProvider(column -> PageCodec.zstd())
            .withSchema(schema)
            .withAllocator(properties.getAllocator())
            .withColumnIndexTruncateLength(properties.getColumnIndexTruncateLength())
            .withPageWriteChecksumEnabled(true)
            .withRowGroupOrdinal(groups)
            .build();
    group = properties.newColumnWriteStore(schema, pages, pages);
    MessageColumnIO io = new ColumnIOFactory().getColumnIO(schema);
    consumer = io.getRecordWriter(group);
  }

  private void end() throws IOException {
    consumer.flush();
    file.startBlock(rows);
    group.flush();
    pages.flushToFileWriter(file);
    file.endBlock();
    release();
    groups++;
    rows = 0;
  }

  private void release() {
    if (group != null) {
      group.close();
      pages.close();
      group = null;
    }
  }

  /** Writes what waits and the footer: the table is whole. The stream stays open. */
  @Override
  public void close() throws IOException {
    try {
      if (group != null) {
        end();
      }
      file.end(Map.of());
    } finally {
      release();
      file.close();
    }
  }

  /** A stream as what Parquet writes to. */
  private record Target(OutputStream out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSize) {
      return new Counted(out);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
      return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  /** Knows how much was written. */
  private static final class Counted extends PositionOutputStream {
    private final OutputStream out;
    private long position;

    Counted(OutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      position++;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
      position += count;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
