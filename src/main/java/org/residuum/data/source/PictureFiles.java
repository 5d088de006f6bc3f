package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.prepare.SplitMix;
import org.residuum.data.source.scan.PictureScan;
import org.residuum.text.FileText;

/**
 * The picture files below a folder a class, in the order of class and file name.
 *
 * @param labels the class names
 * @param train the training part
 * @param test the test part
 * @param unreadable folders that may hold more
 */
record PictureFiles(
    List<String> labels,
    List<Entry> train,
    List<Entry> test,
    List<Dataset.SkippedFile> unreadable) {
  /** A file and its class. */
  record Entry(Path file, int label) {
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * Finds the parts as {@link PictureParts} says, or splits what there is; says what was taken for
   * what and what was left out. The training part is not looked at where only the other is wanted
   * and nothing about it is open.
   */
  static PictureFiles find(Path folder, Dataset.Split wanted, DatasetOptions options)
      throws IOException {
    PictureParts parts = PictureParts.find(folder);
    sayBeside(folder, parts, options.notices());
    if (parts.test() == null) {
      return split(classes(parts.train(), options), options);
    }
    boolean onlyTest =
        wanted == Dataset.Split.TEST && !options.labels().isEmpty() && options.pictures() != null;
    if (parts.train() == null && !onlyTest) {
      throw new InvalidDataException(
          folder + ": no train/ beside " + parts.test().getFileName() + "/; add it");
    }
    ClassFolders train = onlyTest ? null : classes(parts.train(), options);
    List<String> labels = onlyTest ? options.labels() : labels(train, options);
    ClassFolders test = ClassFolders.of(parts.test());
    test.requireAmong(labels);
    List<Dataset.SkippedFile> unreadable = new ArrayList<>();
    if (!onlyTest) {
      say(train, "the training part: ", "", options);
      unreadable.addAll(wanted == Dataset.Split.TEST ? List.of() : train.scan().unreadable());
    }
    say(
        test,
        "the test part" + (parts.validationIsTest() ? ", as there is no test/: " : ": "),
        "",
        options);
    List<Entry> tested = entries(test, labels);
    sayMissing(test.root(), tested, labels, options.notices());
    unreadable.addAll(wanted == Dataset.Split.TRAIN ? List.of() : test.scan().unreadable());
    return new PictureFiles(labels, entries(train, labels), tested, unreadable);
  }

  /** What is to be learned has pictures. */
  private static ClassFolders classes(Path root, DatasetOptions options) throws IOException {
    ClassFolders classes = ClassFolders.of(root);
    if (options.labels().isEmpty()) {
      return classes.requireFilled();
    }
    classes.requireAmong(options.labels());
    return classes;
  }

  private static List<String> labels(ClassFolders train, DatasetOptions options) {
    return options.labels().isEmpty() ? List.copyOf(train.names()) : options.labels();
  }

  List<Entry> of(Dataset.Split split) {
    return switch (split) {
      case TRAIN -> train;
      case TEST -> test;
      case ALL -> Stream.concat(train.stream(), test.stream()).toList();
    };
  }

  private static List<Entry> entries(ClassFolders classes, List<String> labels) {
    List<Entry> entries = new ArrayList<>();
    for (int label = 0; classes != null && label < labels.size(); label++) {
      for (Path file : classes.pictures(labels.get(label))) {
        entries.add(new Entry(file, label));
      }
    }
    return entries;
  }

  /** A share of each class, chosen by (seed, class and file name). */
  private static PictureFiles split(ClassFolders classes, DatasetOptions options) {
    List<String> labels = labels(classes, options);
    List<Entry> train = new ArrayList<>();
    List<Entry> test = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      List<Path> mine = classes.pictures(labels.get(label));
      BitSet chosen =
          SplitRule.test(
              mine.size(),
              options.testShare(),
              i -> SplitMix.at(options.seed(), name(classes.root(), mine.get(i))));
      for (int i = 0; i < mine.size(); i++) {
        (chosen.get(i) ? test : train).add(new Entry(mine.get(i), label));
      }
    }
    String kept =
        train.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                ", of which %,d are kept for testing, a share of %s of each class",
                test.size(),
                options.testShare());
    say(classes, "", kept, options);
    sayMissing(classes.root(), test, labels, options.notices());
    return new PictureFiles(labels, train, test, classes.scan().unreadable());
  }

  private static String name(Path root, Path file) {
    return StreamSupport.stream(root.relativize(file).spliterator(), false)
        .map(FileText::name)
        .collect(Collectors.joining("/"));
  }

  private static void say(ClassFolders classes, String part, String kept, DatasetOptions options) {
    int count = classes.names().size();
    options
        .notices()
        .accept(
            "%s: %s%s in %s%s%s%s"
                .formatted(
                    classes.root(),
                    part,
                    classes.scan().counted(),
                    count,
                    count == 1 ? " class" : " classes",
                    kept,
                    classes.scan().leftOutToo()));
  }

  private static void sayMissing(
      Path root, List<Entry> test, List<String> labels, Consumer<String> notices) {
    Set<String> missing = new LinkedHashSet<>(labels);
    test.forEach(entry -> missing.remove(labels.get(entry.label())));
    if (!missing.isEmpty()) {
      notices.accept(root + ": no pictures to test of " + Labels.some(missing));
    }
  }

  private static void sayBeside(Path folder, PictureParts parts, Consumer<String> notices)
      throws IOException {
    for (Path beside : parts.beside()) {
      notices.accept(
          beside
              + ": left out, it is no part that is used: "
              + PictureScan.below(beside).counted());
    }
    if (!parts.scan().leftOut().isEmpty()) {
      notices.accept(folder + ": left out: " + parts.scan().leftOut());
    }
  }
}
