package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
 * @param parts the training, the test and the validation part, the last of which may be missing
 * @param unreadable folders that may hold more
 */
record PictureFiles(
    List<String> labels,
    Map<Dataset.Split, List<Entry>> parts,
    List<Dataset.SkippedFile> unreadable) {
  /** A file and its class, or the row of a table that says what it has. */
  record Entry(Path file, int label) {
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * Finds the parts as {@link PictureParts} says, or splits what there is; says what was taken for
   * what and what was left out. The training part is not looked at where only the test part is
   * wanted and nothing about the other is open.
   */
  static PictureFiles find(Path folder, Dataset.Split wanted, DatasetOptions options)
      throws IOException {
    PictureParts parts = PictureParts.find(folder);
    sayBeside(folder, parts, options.notices());
    if (parts.tested() == null) {
      return split(classes(parts.train(), options), options.testShare(), options);
    }
    boolean onlyTest =
        wanted == Dataset.Split.TEST && !options.labels().isEmpty() && options.pictures() != null;
    if (parts.train() == null && !onlyTest) {
      throw new InvalidDataException(
          folder + ": no train/ beside " + parts.tested().getFileName() + "/; add it");
    }
    PictureFiles found =
        onlyTest
            ? new PictureFiles(options.labels(), new EnumMap<>(Dataset.Split.class), List.of())
            : training(parts, wanted, options);
    if (parts.validation() != null && !onlyTest && wanted != Dataset.Split.TEST) {
      found = found.with(Dataset.Split.VALIDATION, parts.validation(), wanted, "", options);
    }
    if (parts.test() != null) {
      return found.with(Dataset.Split.TEST, parts.test(), wanted, "", options);
    }
    return wanted == Dataset.Split.TEST
        ? found.with(
            Dataset.Split.TEST, parts.validation(), wanted, ", as there is no test/", options)
        : found;
  }

  /** The training part, a share of which is the validation part where the data have none. */
  private static PictureFiles training(
      PictureParts parts, Dataset.Split wanted, DatasetOptions options) throws IOException {
    ClassFolders train = classes(parts.train(), options);
    if (parts.validation() == null && options.validationShare() > 0) {
      return split(train, 0, options);
    }
    if (!options.groupBy().isEmpty()) {
      throw new InvalidDataException(
          "group-by %s: %s has parts of its own, so there is nothing to split; leave it away"
              .formatted(options.groupBy(), parts.train().getParent()));
    }
    List<String> labels = labels(train, options);
    say(train, "the training part: ", "", options);
    Map<Dataset.Split, List<Entry>> found = new EnumMap<>(Dataset.Split.class);
    found.put(Dataset.Split.TRAIN, entries(train, labels));
    return new PictureFiles(
        labels, found, wanted == Dataset.Split.TEST ? List.of() : train.scan().unreadable());
  }

  /** The same and a part in a folder of its own. */
  private PictureFiles with(
      Dataset.Split part, Path root, Dataset.Split wanted, String why, DatasetOptions options)
      throws IOException {
    ClassFolders classes = ClassFolders.of(root);
    classes.requireAmong(labels);
    boolean isTest = part == Dataset.Split.TEST;
    say(classes, "the " + (isTest ? "test" : "validation") + " part" + why + ": ", "", options);
    Map<Dataset.Split, List<Entry>> found = new EnumMap<>(parts);
    found.put(part, entries(classes, labels));
    sayMissing(root, part, found.get(part), labels, options.notices());
    List<Dataset.SkippedFile> all = new ArrayList<>(unreadable);
    if (SplitRule.contains(wanted, part)) {
      all.addAll(classes.scan().unreadable());
    }
    return new PictureFiles(labels, found, all);
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
    return split == Dataset.Split.ALL
        ? Stream.of(Dataset.Split.TRAIN, Dataset.Split.VALIDATION, Dataset.Split.TEST)
            .flatMap(part -> of(part).stream())
            .toList()
        : parts.getOrDefault(split, List.of());
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

  /** Shares of each class, chosen by (seed, class and file name). */
  private static PictureFiles split(ClassFolders classes, double testShare, DatasetOptions options)
      throws InvalidDataException {
    List<String> labels = labels(classes, options);
    List<Entry> all = entries(classes, labels);
    boolean grouped = !options.groupBy().isEmpty();
    Dataset.Split[] parts =
        grouped
            ? grouped(classes.root(), all, testShare, options)
            : ofEachClass(classes, labels, testShare, options);
    Map<Dataset.Split, List<Entry>> found = new EnumMap<>(Dataset.Split.class);
    for (Dataset.Split part : Dataset.Split.values()) {
      found.put(part, Arrays.stream(SplitRule.rows(part, parts)).mapToObj(all::get).toList());
    }
    String kept =
        found.get(Dataset.Split.TRAIN).isEmpty()
            ? ""
            : ", of which "
                + Kept.text(
                    parts, testShare, options.validationShare(), grouped ? "" : " of each class");
    say(classes, testShare == 0 ? "the training part: " : "", kept, options);
    for (Dataset.Split part : List.of(Dataset.Split.TEST, Dataset.Split.VALIDATION)) {
      if (part == Dataset.Split.TEST ? testShare > 0 : options.validationShare() > 0) {
        sayMissing(classes.root(), part, found.get(part), labels, options.notices());
      }
    }
    return new PictureFiles(labels, found, classes.scan().unreadable());
  }

  private static Dataset.Split[] ofEachClass(
      ClassFolders classes, List<String> labels, double testShare, DatasetOptions options) {
    List<Dataset.Split> parts = new ArrayList<>();
    for (String label : labels) {
      List<Path> mine = classes.pictures(label);
      parts.addAll(
          Arrays.asList(
              SplitRule.parts(
                  mine.size(),
                  testShare,
                  options.validationShare(),
                  i -> SplitMix.at(options.seed(), name(classes.root(), mine.get(i))))));
    }
    return parts.toArray(Dataset.Split[]::new);
  }

  /** Groups may have pictures of several classes. */
  private static Dataset.Split[] grouped(
      Path root, List<Entry> all, double testShare, DatasetOptions options)
      throws InvalidDataException {
    List<String> names = all.stream().map(entry -> name(root, entry.file())).toList();
    Groups groups = Groups.ofNames(root.toString(), options.groupBy(), names);
    Dataset.Split[] parts = groups.parts(testShare, options.validationShare(), options.seed());
    options.notices().accept(root + ": " + groups.text(parts));
    return parts;
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
      Path root,
      Dataset.Split part,
      List<Entry> entries,
      List<String> labels,
      Consumer<String> notices) {
    Set<String> missing = new LinkedHashSet<>(labels);
    entries.forEach(entry -> missing.remove(labels.get(entry.label())));
    if (!missing.isEmpty()) {
      String purpose = part == Dataset.Split.TEST ? "to test" : "for validation";
      notices.accept(root + ": no pictures " + purpose + " of " + Labels.some(missing));
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
