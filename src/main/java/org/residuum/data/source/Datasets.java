package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Task;
import org.residuum.data.VectorDataset;
import org.residuum.data.source.DataSource.Place;
import org.residuum.data.source.csv.Csv;
import org.residuum.data.source.scan.PictureScan;
import org.residuum.network.Shape;
import org.residuum.text.NearestName;

/** Opens data sets by {@code NAME:PATH}, as everywhere on the command line. */
public final class Datasets {
  private static final DataSource.Opener CSV =
      (path, split, options) ->
          PictureTable.isOne(path, options)
              ? PictureTable.open(path, split, options)
              : CsvVectors.open(path, split, options);
  private static final List<DataSource> SOURCES =
      List.of(
          new DataSource(
              "glyphs",
              Place.NONE,
              ", which are drawn",
              false,
              false,
              (path, split, options) -> Glyphs.draw(split, options.seed())),
          DataSource.published("mnist", Mnist::read),
          DataSource.published("cifar10", Cifar.TEN::read),
          DataSource.published("cifar100", Cifar.HUNDRED::read),
          DataSource.published("digits", Digits::read),
          new DataSource(
              "folder", Place.DIR, " (a folder a class)", true, true, PictureFolder::open),
          new DataSource(
              "csv",
              Place.FILE,
              " (a column of labels beside numbers or paths of pictures)",
              true,
              false,
              CSV));

  /** The names, of which {@code glyphs} takes no path. */
  public static final List<String> NAMES = SOURCES.stream().map(DataSource::name).toList();

  private Datasets() {}

  /** What {@code --data} takes: {@code mnist:DIR, ..., csv:FILE (...), or glyphs, ...}. */
  public static String help() {
    return listed(source -> source.place() != Place.NONE)
        + ", or "
        + listed(source -> source.place() == Place.NONE);
  }

  private static String listed(Predicate<DataSource> which) {
    return SOURCES.stream()
        .filter(which)
        .map(source -> source.usage() + source.remark())
        .collect(Collectors.joining(", "));
  }

  /** Opens a part of a data set with the default options. */
  public static Dataset open(String spec, Dataset.Split split) throws IOException {
    return open(spec, split, DatasetOptions.DEFAULTS);
  }

  /**
   * Opens a part of a data set: {@code mnist:DIR}, {@code cifar10:DIR}, {@code cifar100:DIR},
   * {@code digits:DIR}, {@code folder:DIR} (a folder a class), {@code csv:FILE} or {@code glyphs}.
   *
   * @throws IllegalArgumentException if the name is unknown (the message has the nearest) or the
   *     path is missing from {@code spec}
   * @throws InvalidDataException if files are missing or not what they should be
   */
  public static Dataset open(String spec, Dataset.Split split, DatasetOptions options)
      throws IOException {
    DataSource source = require(spec);
    if (options.task() != Task.CLASSIFY && source.opener() != CSV) {
      throw new IllegalArgumentException(
          "task "
              + options.task()
              + ": examples of "
              + source.name()
              + " have a class each; labels of which there may be several, and numbers, come from"
              + " the columns of csv:FILE");
    }
    return source.opener().open(path(spec, source), split, options);
  }

  /**
   * How many examples all parts have as they lie on disk, undecodable pictures included, which are
   * counted and not decoded.
   */
  public static int count(String spec, DatasetOptions options) throws IOException {
    DataSource source = require(spec);
    Path path = path(spec, source);
    DatasetOptions silent = options.withNotices(notice -> {});
    if (source.opener() == CSV && PictureTable.isOne(path, silent)) {
      return PictureTable.count(path, silent);
    }
    return source.isOfFiles()
        ? PictureFolder.count(path, silent)
        : source.opener().open(path, Dataset.Split.ALL, silent).size();
  }

  /**
   * The parts that the data have, or get by the shares in {@code options}: that for training, and
   * those for testing and validation where there are any.
   */
  public static Set<Dataset.Split> parts(String spec, DatasetOptions options) throws IOException {
    DataSource source = require(spec);
    Path path = path(spec, source);
    if (source.isOfFiles()) {
      return PictureFolder.parts(path, options.withNotices(notice -> {}));
    }
    boolean validates = source.place() == Place.NONE || options.validationShare() > 0;
    Set<Dataset.Split> parts = EnumSet.of(Dataset.Split.TRAIN, Dataset.Split.TEST);
    if (validates) {
      parts.add(Dataset.Split.VALIDATION);
    }
    return parts;
  }

  /** The files that {@link #open} reads, as far as they are there. */
  public static List<Path> files(String spec) throws IOException {
    Optional<DataSource> source = find(spec);
    int colon = spec.indexOf(':');
    if (source.isEmpty() || colon < 0) {
      return List.of();
    }
    Path path = Path.of(spec.substring(colon + 1));
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    if (source.get().isOfFiles()) {
      return PictureScan.of(List.of(path)).pictures();
    }
    try (Stream<Path> within = Files.list(path)) {
      return within.toList();
    }
  }

  /** Whether a text names a data set, be it there or not, and no file. */
  public static boolean isName(String spec) {
    return find(spec).isPresent();
  }

  /** Whether each example is a file of its own. */
  public static boolean isOfFiles(String spec) {
    return find(spec).filter(DataSource::isOfFiles).isPresent();
  }

  /** Whether the test part is a share of the examples unless the data bring one of their own. */
  public static boolean isSplitByShare(String spec) {
    return find(spec).filter(DataSource::isSplitByShare).isPresent();
  }

  /** Whether a table lacks a column, by name or by number from 1; other data lack none. */
  public static boolean lacksColumn(String spec, String column) throws IOException {
    DataSource source = require(spec);
    return source.opener() == CSV && !Csv.hasColumn(path(spec, source), column);
  }

  /** Those that are, for messages: {@code folder: and csv:}. */
  public static String splitByShare() {
    return SOURCES.stream()
        .filter(DataSource::isSplitByShare)
        .map(source -> source.name() + ":")
        .collect(Collectors.joining(" and "));
  }

  private static String name(String spec) {
    int colon = spec.indexOf(':');
    return colon < 0 ? spec : spec.substring(0, colon);
  }

  private static Optional<DataSource> find(String spec) {
    return SOURCES.stream().filter(source -> source.name().equals(name(spec))).findFirst();
  }

  private static DataSource require(String spec) {
    return find(spec).orElseThrow(() -> new IllegalArgumentException(unknown(spec, name(spec))));
  }

  /**
   * Pictures from memory.
   *
   * @param shape {@code (C, H, W)}
   * @param pixels a picture an entry, {@code (H, W, C)}; not copied
   * @param classes an index into {@code labels} for each picture; not copied
   */
  public static ImageDataset ofImages(
      String name, Shape shape, List<String> labels, byte[][] pixels, int[] classes) {
    return new StoredImages(name, shape, labels, pixels, classes, 255);
  }

  /**
   * Vectors from memory.
   *
   * @param shape {@code (F)}
   * @param values a vector an entry; not copied
   * @param classes an index into {@code labels} for each vector; not copied
   */
  public static VectorDataset ofVectors(
      String name, Shape shape, List<String> labels, float[][] values, int[] classes) {
    return new StoredVectors(name, shape, labels, values, classes);
  }

  private static String unknown(String spec, String name) {
    String guess =
        Optional.of(kindOf(spec))
            .filter(kind -> !kind.isEmpty())
            .or(() -> NearestName.find(name, NAMES))
            .map(near -> "; did you mean " + near + "?")
            .orElse(";");
    return "unknown dataset '" + name + "'" + guess + " known: " + String.join(", ", NAMES);
  }

  /** What a path alone would be with its name before it; empty where nothing is there. */
  private static String kindOf(String spec) {
    try {
      Path path = Path.of(spec);
      return Files.isDirectory(path)
          ? "folder:" + spec
          : Files.isRegularFile(path) && spec.endsWith(".csv") ? "csv:" + spec : "";
    } catch (InvalidPathException e) {
      return "";
    }
  }

  private static Path path(String spec, DataSource source) throws IOException {
    int colon = spec.indexOf(':');
    DataSource.Place place = source.place();
    if (place == Place.NONE) {
      if (colon >= 0) {
        throw new IllegalArgumentException(
            "data set '" + spec + "': " + source.name() + " take no path; use " + source.name());
      }
      return null;
    }
    if (colon < 0 || colon == spec.length() - 1) {
      throw new IllegalArgumentException("data set '" + spec + "' needs a path: " + source.usage());
    }
    Path path;
    try {
      path = Path.of(spec.substring(colon + 1));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("data set '" + spec + "': " + e.getMessage(), e);
    }
    if (!place.isAt(path)) {
      throw new InvalidDataException("data set '" + spec + "': " + missing(path, place));
    }
    return path;
  }

  private static String missing(Path path, Place place) {
    boolean file = place == Place.FILE;
    if (!Files.exists(path)) {
      return "no " + (file ? "file " : "folder ") + path;
    }
    return file
        ? path + " is a folder; name the file in it"
        : path + " is a file; name the folder it is in";
  }

  /**
   * Writes new glyphs, none of which is in the training or test part, as PNG files in a folder a
   * class: {@code folder/7/glyph-00017.png}.
   *
   * @param folder is made where it is missing
   * @param count how many in all, the classes in turn
   * @return the files
   */
  public static List<Path> writeGlyphs(Path folder, int count, long seed) throws IOException {
    return Glyphs.writePictures(folder, count, seed);
  }
}
