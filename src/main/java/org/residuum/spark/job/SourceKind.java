package org.residuum.spark.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A source's kind and its place.
 *
 * @param kind {@code folder}, {@code list}, {@code table}, or a format that Spark reads
 * @param place a path, or a name in the catalog
 */
record SourceKind(String kind, String place) {
  static final String FOLDER = "folder";
  static final String LIST = "list";
  static final String TABLE = "table";
  static final String PARQUET = "parquet";
  static final String DELTA = "delta";
  static final String CSV = "csv";

  private static final Set<String> KINDS =
      Set.of(FOLDER, LIST, TABLE, PARQUET, DELTA, CSV, "orc", "json", "avro", "iceberg");
  private static final List<String> TABLE_ENDINGS = List.of(PARQUET, "orc", CSV, "json", "avro");

  /**
   * Reads {@code KIND:PLACE}, {@code @LIST}, or a path whose kind its ending or its contents tell.
   *
   * @throws FileNotFoundException where nothing is there
   */
  static SourceKind of(String source, Configuration hadoop) throws IOException {
    if (source.startsWith("@")) {
      return new SourceKind(LIST, source.substring(1));
    }
    int colon = source.indexOf(':');
    if (colon > 0 && KINDS.contains(source.substring(0, colon))) {
      return new SourceKind(source.substring(0, colon), source.substring(colon + 1));
    }
    String name = source.toLowerCase(Locale.ROOT);
    for (String ending : TABLE_ENDINGS) {
      if (name.endsWith("." + ending)) {
        return new SourceKind(ending, source);
      }
    }
    FileSystem files = new Path(source).getFileSystem(hadoop);
    return new SourceKind(kind(files, found(files, source)[0]), source);
  }

  /**
   * What a path names: as it is, else as a pattern.
   *
   * @throws FileNotFoundException where nothing is there
   */
  static FileStatus[] found(FileSystem files, String source) throws IOException {
    Path path = new Path(source);
    FileStatus[] found =
        files.exists(path) ? new FileStatus[] {files.getFileStatus(path)} : files.globStatus(path);
    if (found == null || found.length == 0) {
      throw new FileNotFoundException(
          source
              + ": no such file or folder; name a folder of pictures, @LIST, or a table as"
              + " parquet:PATH, delta:PATH or table:NAME");
    }
    return found;
  }

  /** Of a folder by the first files in it, through folders such as {@code day=2024-05-01}. */
  private static String kind(FileSystem files, FileStatus place) throws IOException {
    if (!place.isDirectory()) {
      return FOLDER;
    }
    FileStatus[] inside = files.listStatus(place.getPath());
    FileStatus partition = null;
    String kind = FOLDER;
    for (FileStatus entry : inside) {
      String name = entry.getPath().getName();
      if (name.equals("_delta_log")) {
        return DELTA;
      }
      if (name.endsWith(".parquet") && !name.startsWith(".")) {
        kind = PARQUET;
      }
      if (entry.isDirectory() && name.indexOf('=') > 0) {
        partition = entry;
      }
    }
    return kind.equals(FOLDER) && partition != null ? kind(files, partition) : kind;
  }
}
