package org.residuum.data.parquet;

import java.io.IOException;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;

/**
 * The values of a column, row after row; a column in a struct is one, too, one in a list is not.
 */
final class ParquetColumn {
  /** Values are fetched from the reader, not handed to a converter. */
  private static final PrimitiveConverter NONE = new PrimitiveConverter() {};

  private final ParquetTable table;
  private final ColumnDescriptor column;
  private final VersionParser.ParsedVersion writer;

  /** Null where a group begins that nothing was read of. */
  private ColumnReader reader;

  private int group;
  private long row;

  ParquetColumn(ParquetTable table, ColumnDescriptor column) {
    this.table = table;
    this.column = column;
    this.writer = version(table.writer());
  }

  /** Known so that faults of old writers are mended. */
  private static VersionParser.ParsedVersion version(String writer) {
    try {
      return writer == null ? null : VersionParser.parse(writer);
    } catch (VersionParseException e) {
      return null;
    }
  }

  /** The next row's value: {@link Binary}, a boxed number, or null where there is none. */
  Object next() throws IOException {
    groupsToSkip(0);
    if (reader == null) {
      reader = reader(0);
    }
    Object value =
        reader.getCurrentDefinitionLevel() < column.getMaxDefinitionLevel() ? null : value();
    reader.consume();
    step(1);
    return value;
  }

  /** Passes over rows, of which so many are there, without unpacking pages of others only. */
  void skip(long rows) throws IOException {
    long left = groupsToSkip(rows);
    if (left == 0) {
      return;
    }
    if (reader == null) {
      reader = reader(left);
    } else {
      pass(reader, left);
    }
    step(left);
  }

  private void pass(ColumnReader over, long rows) {
    for (long i = 0; i < rows; i++) {
      if (over.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel()) {
        over.skip();
      }
      over.consume();
    }
  }

  private void step(long rows) {
    row += rows;
    if (row == table.rows(group)) {
      nextGroup();
    }
  }

  private void nextGroup() {
    group++;
    row = 0;
    reader = null;
  }

  /** Passes over whole groups; rows left to skip in the one that is reached. */
  private long groupsToSkip(long rows) {
    long left = rows;
    while (group < table.groups() && left >= table.rows(group) - row) {
      left -= table.rows(group) - row;
      nextGroup();
    }
    return left;
  }

  /** A reader that has so many rows of the group behind it. */
  private ColumnReader reader(long rows) throws IOException {
    ColumnPages pages = table.pages(group, column);
    long left = pages.skip(rows);
    ColumnReader opened = new ColumnReaderImpl(column, pages, NONE, writer);
    pass(opened, left);
    return opened;
  }

  private Object value() {
    return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> reader.getBinary();
      case INT32 -> reader.getInteger();
      case INT64 -> reader.getLong();
      case FLOAT -> reader.getFloat();
      case DOUBLE -> reader.getDouble();
      case BOOLEAN -> reader.getBoolean();
    };
  }
}
