package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Split;
import org.residuum.data.VectorDataset;
import org.residuum.data.text.NearestName;
import org.residuum.network.Shape;

/** Opens data sets by {@code NAME:PATH}, as everywhere on the command line. */
public final class Datasets {
  /** The names, of which {@code glyphs} takes no path. */
  public static final List<String> NAMES =
      List.of("glyphs", "mnist", "cifar10", "cifar100", "digits", "folder", "csv");

  private Datasets() {}

  /** Opens a part of a data set with the default options. */
  public static Dataset open(String spec, Split split) throws IOException {
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
  public static Dataset open(String spec, Split split, DatasetOptions options) throws IOException {
    int colon = spec.indexOf(':');
    String name = colon < 0 ? spec : spec.substring(0, colon);
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(unknown(spec, name));
    }
    if (name.equals("glyphs")) {
      if (colon >= 0) {
        throw new IllegalArgumentException(
            "data set '" + spec + "': glyphs are drawn, they take no path; use glyphs");
      }
      return Glyphs.draw(split, options.seed());
    }
    Path path = path(spec, name, colon);
    return switch (name) {
      case "mnist" -> Mnist.read(path, split);
      case "cifar10" -> Cifar.TEN.read(path, split);
      case "cifar100" -> Cifar.HUNDRED.read(path, split);
      case "digits" -> Digits.read(path, split);
      case "folder" -> PictureFolder.open(path, split, options);
      case "csv" -> Csv.read(path, split, options);
      default -> throw new IllegalArgumentException(unknown(spec, name));
    };
  }

  /**
   * How many examples all parts have as they lie on disk, undecodable pictures included, which are
   * counted and not decoded.
   *
   * @param spec {@code folder:DIR}, or another data set, which is opened for it
   */
  public static int count(String spec, DatasetOptions options) throws IOException {
    DatasetOptions silent = options.withNotices(notice -> {});
    if (!spec.startsWith("folder:")) {
      return open(spec, Split.ALL, silent).size();
    }
    Path folder = path(spec, "folder", 6);
    Split all = PictureParts.find(folder).train() == null ? Split.TEST : Split.ALL;
    return PictureFiles.find(folder, all, silent).of(all).size();
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

  private static Path path(String spec, String name, int colon) throws IOException {
    boolean file = name.equals("csv");
    if (colon < 0 || colon == spec.length() - 1) {
      throw new IllegalArgumentException(
          "data set '" + spec + "' needs a path: " + name + (file ? ":FILE" : ":DIR"));
    }
    Path path;
    try {
      path = Path.of(spec.substring(colon + 1));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("data set '" + spec + "': " + e.getMessage(), e);
    }
    if (file ? !Files.isRegularFile(path) : !Files.isDirectory(path)) {
      throw new InvalidDataException("data set '" + spec + "': " + missing(path, file));
    }
    return path;
  }

  private static String missing(Path path, boolean file) {
    if (!Files.exists(path)) {
      return "no " + (file ? "file " : "folder ") + path;
    }
    return file
        ? path + " is a folder; name the file in it"
        : path + " is a file; name the folder it is in";
  }
}
