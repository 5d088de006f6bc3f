package org.residuum.data;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The picture files below a folder a class, in the order of class and file name.
 *
 * @param labels the class names
 * @param train the training part
 * @param test the test part
 */
record PictureFiles(List<String> labels, List<Entry> train, List<Entry> test) {
  private static final Set<String> EXTENSIONS =
      Set.of("png", "jpg", "jpeg", "gif", "bmp", "wbmp", "webp", "tif", "tiff");

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
        List<Path> pictures = pictures(folder);
        if (pictures.isEmpty()) {
          throw noPictures(folder, "add some or remove the folder");
        }
        for (Path file : pictures) {
          entries.add(new Entry(file, label));
        }
      }
    }
    return entries;
  }

  /** See {@link Picture#find}. */
  static List<Path> find(Path folderOrFile) throws IOException {
    if (Files.isRegularFile(folderOrFile)) {
      return List.of(folderOrFile);
    }
    if (!Files.isDirectory(folderOrFile)) {
      throw new InvalidDataException(folderOrFile + ": no such folder or file");
    }
    List<Path> pictures = pictures(folderOrFile);
    if (pictures.isEmpty()) {
      throw noPictures(folderOrFile, "add some or name another folder");
    }
    return pictures;
  }

  private static List<Path> pictures(Path folder) throws IOException {
    List<Path> pictures = new ArrayList<>();
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && isPicture(file)) {
              pictures.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException) { // What it leads to is visited already.
              return FileVisitResult.CONTINUE;
            }
            throw new InvalidDataException(
                file
                    + ": cannot be read ("
                    + InvalidDataException.reason(e)
                    + "); give leave to, or move it away",
                e);
          }
        });
    Collections.sort(pictures);
    return pictures;
  }

  private static InvalidDataException noPictures(Path folder, String remedy) {
    List<String> extensions = EXTENSIONS.stream().sorted().toList();
    return new InvalidDataException(
        folder + ": no pictures (" + String.join(", ", extensions) + "); " + remedy);
  }

  /** Whether a file's name is that of a picture, and not hidden. */
  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String extension = name.substring(dot + 1).toLowerCase(Locale.ROOT);
    return dot > 0 && EXTENSIONS.contains(extension) && !name.startsWith(".");
  }
}
