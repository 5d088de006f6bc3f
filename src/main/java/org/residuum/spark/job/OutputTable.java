package org.residuum.spark.job;

import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a job's table is written: in its place, or, where it replaces another, beside that one,
 * which stays as it is until the new one is whole.
 */
final class OutputTable {
  /** What Spark and Hadoop write into a table's folder, with checksums. */
  private static final Pattern FILE =
      Pattern.compile(
          "\\.?(part-.*\\.parquet"
              + "|_(SUCCESS|metadata|common_metadata|(started|committed)_.*))(\\.crc)?");

  private static final String UNFINISHED = "_temporary";

  private final FileSystem files;
  private final Path table;
  private final Path place;

  private OutputTable(FileSystem files, Path table, Path place) {
    this.files = files;
    this.table = table;
    this.place = place;
  }

  /**
   * Checks that the table can be written.
   *
   * @throws IllegalArgumentException where something is there that may not be replaced
   */
  static OutputTable open(JobOutput output, Configuration hadoop) throws IOException {
    Path table = new Path(output.folder());
    FileSystem files = table.getFileSystem(hadoop);
    table = files.makeQualified(table);
    if (!files.exists(table)) {
      return new OutputTable(files, table, table);
    }
    boolean isFolder = files.getFileStatus(table).isDirectory();
    if (isFolder && files.listStatus(table).length == 0) {
      // A job that failed leaves one.
      files.delete(table, false);
      return new OutputTable(files, table, table);
    }
    if (!output.overwrite()) {
      throw new IllegalArgumentException(
          "out " + output.folder() + ": it is there already; choose another, or give --overwrite");
    }
    if (!isFolder) {
      throw new IllegalArgumentException(
          "out " + output.folder() + ": it is a file and no table; choose another");
    }
    requireTable(output.folder(), files.listStatus(table));
    String suffix = ".new-" + UUID.randomUUID().toString().substring(0, 8);
    return new OutputTable(files, table, table.suffix(suffix));
  }

  /** Replacing deletes: only what a job wrote. */
  private static void requireTable(String folder, FileStatus[] entries) {
    for (FileStatus entry : entries) {
      String name = entry.getPath().getName();
      if (!(entry.isDirectory() ? name.equals(UNFINISHED) : FILE.matcher(name).matches())) {
        throw new IllegalArgumentException(
            "out %s: it holds %s, which is no part of a table, and --overwrite replaces only tables; choose another"
                .formatted(folder, name));
      }
    }
  }

  /**
   * Checks that the table that is replaced is none that is read.
   *
   * @param read URIs of files
   */
  void requireApart(String... read) {
    if (place.equals(table)) {
      return;
    }
    String folder = table + Path.SEPARATOR;
    for (String file : read) {
      if (files.makeQualified(new Path(URI.create(file))).toString().startsWith(folder)) {
        throw new IllegalArgumentException(
            "out " + table.toUri().getPath() + ": it is read, as --data; choose another");
      }
    }
  }

  /** The folder to write. */
  String place() {
    return place.toString();
  }

  /** The written table takes its place. */
  void finish() throws IOException {
    if (!place.equals(table)) {
      files.delete(table, true);
      if (!files.rename(place, table)) {
        throw new IOException(table + ": cannot be replaced; the new table is " + place);
      }
    }
  }

  /** Deletes what a job that failed left beside the table that it was to replace. */
  void discard() throws IOException {
    if (!place.equals(table)) {
      files.delete(place, true);
    }
  }
}
