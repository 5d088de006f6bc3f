package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.prepare.SplitMix;

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

  /** Reads the training part, the test part, or both. */
  interface Reader {
    StoredImages read(Path path, Dataset.Split split) throws IOException;
  }

  /**
   * A set of pictures in files that hold many, with a test part of its own; a validation part is a
   * share of each class of the training part.
   */
  static DataSource published(String name, Reader reader) {
    Opener opener =
        (path, split, options) ->
            split == Dataset.Split.TEST || split == Dataset.Split.ALL
                ? reader.read(path, split)
                : part(reader.read(path, Dataset.Split.TRAIN), split, options);
    return new DataSource(name, Place.DIR, "", false, false, opener);
  }

  private static StoredImages part(
      StoredImages training, Dataset.Split split, DatasetOptions options)
      throws InvalidDataException {
    if (split == Dataset.Split.TRAIN && options.validationShare() == 0) {
      return training;
    }
    Dataset.Split[] parts = new Dataset.Split[training.size()];
    for (int label = 0; label < training.labels().size(); label++) {
      int wanted = label;
      int[] mine =
          IntStream.range(0, parts.length).filter(i -> training.label(i) == wanted).toArray();
      Dataset.Split[] ofClass =
          SplitRule.parts(
              mine.length, 0, options.validationShare(), i -> SplitMix.at(options.seed(), mine[i]));
      for (int i = 0; i < mine.length; i++) {
        parts[mine[i]] = ofClass[i];
      }
    }
    StoredImages part = training.only(SplitRule.rows(split, parts));
    if (part.size() == 0) {
      throw new InvalidDataException(
          training.name() + ": no validation part; a validation share above 0 holds some back");
    }
    return part;
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
