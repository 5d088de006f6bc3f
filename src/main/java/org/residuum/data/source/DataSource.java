package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.data.Dataset;

/**
 * One kind of data, {@code NAME:PATH}. A new one is a class that reads it and a line in {@link
 * Datasets}.
 *
 * @param name what stands before the colon
 * @param place what the path behind the colon is
 * @param remark what help says behind the name
 * @param isSplitByShare whether the test part is a share of the examples unless the data bring one
 * @param isOfFiles whether each example is a picture file of its own
 * @param opener opens a part; without a place, its path is null
 */
record DataSource(
    String name,
    Place place,
    String remark,
    boolean isSplitByShare,
    boolean isOfFiles,
    Opener opener) {
  /** Opens a part of the data. */
  interface Opener {
    Dataset open(Path path, Dataset.Split split, DatasetOptions options) throws IOException;
  }

  /** A set of pictures in files that hold many, with a test part of its own. */
  static DataSource ofFolder(String name, Opener opener) {
    return new DataSource(name, Place.DIR, "", false, false, opener);
  }

  /** For example {@code mnist:DIR}. */
  String usage() {
    return place == Place.NONE ? name : name + ":" + place;
  }

  /** What a path names. */
  enum Place {
    DIR,
    FILE,
    NONE;

    boolean isAt(Path path) {
      return this == FILE ? Files.isRegularFile(path) : Files.isDirectory(path);
    }
  }
}
