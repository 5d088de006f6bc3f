package org.residuum.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The picture files below a folder a class, in the order of class and file name.
 *
 * @param labels the class names
 * @param train the training part
 * @param test the test part
 */
record PictureFiles(List<String> labels, List<Entry> train, List<Entry> test) {
  /** A file and its class. */
  record Entry(Path file, int label) {}

  /** Finds {@code train/} and {@code test/} or {@code val/}, or splits what there is. */
  static PictureFiles find(Path folder, DatasetOptions options) throws IOException {
    Path train = folder.resolve("train");
    Path root = Files.isDirectory(train) ? train : folder;
    List<String> labels = options.labels().isEmpty() ? folders(root) : options.labels();
    List<Entry> files = entries(root, labels);
    for (String name : new String[] {"test", "val"}) {
      if (root.equals(train) && Files.isDirectory(folder.resolve(name))) {
        return new PictureFiles(labels, files, entries(folder.resolve(name), labels));
      }
    }
    return split(root, labels, files, options);
  }

  List<Entry> of(Split split) {
    return switch (split) {
      case TRAIN -> train;
      case TEST -> test;
      case ALL -> Stream.concat(train.stream(), test.stream()).toList();
    };
  }

  /** A share of each class, chosen by (seed, class and file name). */
  private static PictureFiles split(
      Path root, List<String> labels, List<Entry> files, DatasetOptions options) {
    List<Entry> train = new ArrayList<>();
    List<Entry> test = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      int wanted = label;
      List<Entry> mine = files.stream().filter(entry -> entry.label() == wanted).toList();
      BitSet chosen =
          SplitRule.test(
              mine.size(),
              options.testShare(),
              i -> SplitMix.at(options.seed(), name(root, mine.get(i).file())));
      for (int i = 0; i < mine.size(); i++) {
        (chosen.get(i) ? test : train).add(mine.get(i));
      }
    }
    return new PictureFiles(labels, train, test);
  }

  private static String name(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private static List<String> folders(Path root) throws IOException {
    try (Stream<Path> children = Files.list(root)) {
      List<String> names =
          children
              .filter(Files::isDirectory)
              .map(child -> child.getFileName().toString())
              .filter(name -> !name.startsWith("."))
              .sorted()
              .toList();
      if (names.isEmpty()) {
        throw new InvalidDataException(
            root + ": no folders in it; folder:DIR needs a folder a class, DIR/cat/1.jpg");
      }
      return names;
    }
  }

  private static List<Entry> entries(Path root, List<String> labels) throws IOException {
    for (String name : folders(root)) {
      if (!labels.contains(name)) {
        throw new InvalidDataException(
            root.resolve(name)
                + ": no such class; the classes are "
                + String.join(", ", labels)
                + "; rename or remove the folder");
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      Path folder = root.resolve(labels.get(label));
      if (Files.isDirectory(folder)) {
        for (Path file : pictures(folder)) {
          entries.add(new Entry(file, label));
        }
      }
    }
    return entries;
  }

  private static List<Path> pictures(Path folder) throws IOException {
    PictureScan scan = PictureScan.below(folder).requireReadable();
    if (scan.pictures().isEmpty()) {
      throw new InvalidDataException(
          folder + ": " + scan.nothingBelow() + "; add some or remove the folder");
    }
    return scan.pictures();
  }
}
