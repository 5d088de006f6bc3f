package org.residuum.data.parquet;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.residuum.data.InvalidDataException;

/**
 * The way to Parquet tables, whose library is optional: it is looked for here, before any class is
 * touched that needs it.
 */
public final class Parquet {
  /** One class of each jar that is needed and does not come with another. */
  private static final String[] NEEDED = {
    "org.apache.parquet.hadoop.ParquetFileWriter",
    "io.airlift.compress.zstd.ZstdCompressor",
    "org.locationtech.jts.geom.Geometry"
  };

  private Parquet() {}

  /**
   * Opens a table and reads its footer.
   *
   * @throws InvalidDataException where it is none, or Parquet's library is missing
   */
  public static ParquetTable open(Path file) throws IOException {
    require(file);
    return ParquetTable.open(file);
  }

  /**
   * Begins a table.
   *
   * @param out stays open, not buffered here
   * @param name of the file, for errors
   * @throws InvalidDataException where Parquet's library is missing
   */
  public static ParquetRows write(OutputStream out, Object name, List<ParquetRows.Column> columns)
      throws IOException {
    require(name);
    return new ParquetRows(out, columns);
  }

  /**
   * Checks that the library is there.
   *
   * @param file what is to be read or written
   * @throws InvalidDataException naming the artifacts to add
   */
  public static void require(Object file) throws InvalidDataException {
    for (String needed : NEEDED) {
      try {
        Class.forName(needed, false, Parquet.class.getClassLoader());
      } catch (ClassNotFoundException | LinkageError e) {
        throw new InvalidDataException(
            file
                + ": Parquet needs a library that is not on the class path; add"
                + " org.apache.parquet:parquet-hadoop, io.airlift:aircompressor and"
                + " org.locationtech.jts:jts-core",
            e);
      }
    }
  }
}
