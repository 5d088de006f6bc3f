package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.residuum.data.Dataset;
import org.residuum.data.Split;

/** One kind of data, {@code NAME:PATH}. A new one is a class and its line in {@link Datasets}. */
interface DataSource {
  /** What stands before the colon. */
  String name();

  /** What the path behind the colon is. */
  Place place();

  /** What help says behind the name. */
  default String remark() {
    return "";
  }

  /** Whether the test part is a share of the examples unless the data bring one of their own. */
  default boolean isSplitByShare() {
    return false;
  }

  /** Whether each example is a file of its own. */
  default boolean isOfFiles() {
    return false;
  }

  /**
   * Opens a part of the data.
   *
   * @param path a folder or file that is there; null for {@link Place#NONE}
   */
  Dataset open(Path path, Split split, DatasetOptions options) throws IOException;

  /** How many examples all parts have, with those that cannot be decoded. */
  default int count(Path path, DatasetOptions options) throws IOException {
    return open(path, Split.ALL, options).size();
  }

  /** The files that are read. */
  default List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> within = Files.list(path)) {
      return within.toList();
    }
  }

  /** For example {@code mnist:DIR}. */
  default String usage() {
    return place() == Place.NONE ? name() : name() + ":" + place();
  }

  /** What a path names. */
  enum Place {
    DIR("folder", "name the folder it is in"),
    FILE("file", "name the file in it"),
    NONE("", "");

    final String noun;
    final String remedy;

    Place(String noun, String remedy) {
      this.noun = noun;
      this.remedy = remedy;
    }

    boolean isAt(Path path) {
      return this == FILE ? Files.isRegularFile(path) : Files.isDirectory(path);
    }
  }
}
