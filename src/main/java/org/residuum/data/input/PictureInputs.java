package org.residuum.data.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Pictures in the order of the source, which is the same from run to run. Used by one thread; the
 * pictures that it gives are read by others.
 */
public interface PictureInputs extends Closeable {
  /**
   * Opens sources, one after the other:
   *
   * <ul>
   *   <li>a folder, {@code DIR} or {@code folder:DIR}: the pictures in it and below, by path;
   *   <li>a picture file;
   *   <li>an archive, {@code tar:FILE}, {@code zip:FILE} or a file that is one by its content: tar,
   *       tar.gz, zip;
   *   <li>a table, {@code csv:FILE} or a file of that ending, with a column of paths or of base64;
   *   <li>a list of paths, {@code @FILE}, or {@code -} for one from standard input; a path is a
   *       picture's, a folder's, an archive's or a table's;
   *   <li>a pattern, {@code glob:PATTERN} or a name that is not there and has one of {@code *?[} in
   *       it: see {@link Glob};
   *   <li>a Parquet table, {@code parquet:FILE} or a file that is one by its content: a column of
   *       paths or encoded pictures; needs org.apache.parquet:parquet-hadoop,
   *       io.airlift:aircompressor and org.locationtech.jts:jts-core on the class path;
   * </ul>
   *
   * @throws IllegalArgumentException if one is no such thing
   * @throws org.residuum.data.InvalidDataException if one is not there, or all are known to hold no
   *     pictures
   */
  static PictureInputs open(List<String> sources, Options options) throws IOException {
    return Sources.open(sources, options);
  }

  /** Whether a text names a source by its form, or by what is there. */
  static boolean isSource(String text) {
    return Sources.isSource(text);
  }

  /**
   * The next picture, or null where there are no more. One that cannot be read is given all the
   * same, and says why when it is read; so is a folder or an archive that cannot be read any
   * further.
   *
   * @throws IOException where the sources together hold no picture at all
   */
  PictureInput next() throws IOException;

  /**
   * Passes over pictures as {@link #next} does, without reading them where the source allows.
   *
   * @return how many; fewer than asked for where there are no more
   */
  default long skip(long pictures) throws IOException {
    long skipped = 0;
    while (skipped < pictures && next() != null) {
      skipped++;
    }
    return skipped;
  }

  /**
   * How many there are in all, for the progress, where that is known without reading the source to
   * its end; what changes on disk makes it wrong.
   */
  default OptionalLong count() throws IOException {
    return OptionalLong.empty();
  }

  /** Whether this reads a file, so that nothing may be written over it. */
  default boolean reads(Path file) throws IOException {
    return false;
  }

  @Override
  default void close() throws IOException {}

  /**
   * How to open sources; start from {@link #DEFAULTS}.
   *
   * @param column of a table: the one of paths or bytes, by name or by number from 1; null means:
   *     the one with a usual name
   * @param labelColumn of a table, in the same way; null means: the one with a usual name, if any
   * @param root what relative paths in lists and tables start from; null means: the working
   *     directory for lists, the table's folder for tables
   * @param labelFile a table of names and labels, which go before all other labels; or null
   * @param classes the names of the classes, where they are known: of the folders around a picture
   *     the innermost that is a class's is its label
   * @param standardInput for a list of paths
   * @param notices hears what was taken for what and what was left out, a line each
   */
  record Options(
      String column,
      String labelColumn,
      Path root,
      Path labelFile,
      List<String> classes,
      InputStream standardInput,
      Consumer<String> notices) {
    /** Usual columns, no labels known, silent. */
    public static final Options DEFAULTS =
        new Options(null, null, null, null, List.of(), System.in, line -> {});

    public Options {
      classes = List.copyOf(classes);
      Objects.requireNonNull(standardInput, "standardInput");
      Objects.requireNonNull(notices, "notices");
    }

    public Options withColumn(String value) {
      return new Options(value, labelColumn, root, labelFile, classes, standardInput, notices);
    }

    public Options withLabelColumn(String value) {
      return new Options(column, value, root, labelFile, classes, standardInput, notices);
    }

    public Options withRoot(Path value) {
      return new Options(column, labelColumn, value, labelFile, classes, standardInput, notices);
    }

    public Options withLabelFile(Path value) {
      return new Options(column, labelColumn, root, value, classes, standardInput, notices);
    }

    public Options withClasses(List<String> value) {
      return new Options(column, labelColumn, root, labelFile, value, standardInput, notices);
    }

    public Options withStandardInput(InputStream value) {
      return new Options(column, labelColumn, root, labelFile, classes, value, notices);
    }

    public Options withNotices(Consumer<String> value) {
      return new Options(column, labelColumn, root, labelFile, classes, standardInput, value);
    }
  }
}
