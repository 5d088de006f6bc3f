package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Task;
import org.residuum.data.prepare.SplitMix;
import org.residuum.data.source.csv.CsvPictures;
import org.residuum.data.source.csv.CsvTargets;
import org.residuum.text.PathText;

/** Pictures that a column of a table names, with classes, labels or numbers in others. */
final class PictureTable {
  private final Path file;
  private final DatasetOptions options;
  private final CsvPictures table;

  private PictureTable(Path file, DatasetOptions options) throws IOException {
    this.file = file;
    this.options = options;
    table = CsvPictures.read(file, columns(options));
  }

  private static CsvPictures.Columns columns(DatasetOptions options) {
    return new CsvPictures.Columns(
        options.pictureColumn(),
        options.labelColumn(),
        options.groupBy(),
        options.task(),
        options.labels());
  }

  /** Whether a table is one of pictures. */
  static boolean isOne(Path file, DatasetOptions options) throws IOException {
    return CsvPictures.isOne(file, columns(options));
  }

  /** How many pictures all parts have, undecodable ones included. */
  static int count(Path file, DatasetOptions options) throws IOException {
    return new PictureTable(file, options).table.paths().size();
  }

  static PictureFolder open(Path file, Dataset.Split split, DatasetOptions options)
      throws IOException {
    return new PictureTable(file, options).open(split);
  }

  private PictureFolder open(Dataset.Split split) throws IOException {
    boolean classes = options.task() == Task.CLASSIFY;
    List<Path> paths = paths();
    List<String> names = classes ? classNames() : List.of();
    CsvTargets targets =
        classes
            ? null
            : CsvTargets.of(table.labels(), options.task(), options.labels(), options.delimiter());
    List<String> labels =
        !classes
            ? targets.labels()
            : options.labels().isEmpty() ? CsvVectors.sorted(names) : options.labels();
    Dataset.Split[] parts = parts(names);
    say(classes ? "" : TargetNotices.found(options.task(), labels), labels, parts);
    Map<Dataset.Split, List<PictureFiles.Entry>> entries = new EnumMap<>(Dataset.Split.class);
    for (Dataset.Split part : Dataset.Split.values()) {
      entries.put(part, new ArrayList<>());
      for (int row : SplitRule.rows(part, parts)) {
        int answer = classes ? index(labels, row, names.get(row)) : row;
        entries.get(part).add(new PictureFiles.Entry(paths.get(row), answer));
      }
    }
    if (classes) {
      CsvVectors.sayMissing(file, names, labels, parts, options);
    } else if (split == Dataset.Split.TRAIN) {
      float[][] learned =
          Arrays.stream(SplitRule.rows(split, parts))
              .mapToObj(row -> targets.targets()[row])
              .toArray(float[][]::new);
      TargetNotices.say(file, labels, learned, options);
    }
    PictureFolder.Answers answers =
        new PictureFolder.Answers(
            "csv", options.task(), labels, classes ? null : targets.targets());
    return PictureFolder.open(
        file, answers, new PictureFiles(labels, entries, List.of()), split, options);
  }

  private Path root() {
    return options.root() != null
        ? options.root()
        : Objects.requireNonNullElse(file.getParent(), Path.of(""));
  }

  /** A picture in two rows may be learned from in one of them and tested in the other. */
  private List<Path> paths() throws InvalidDataException {
    List<Path> paths = new ArrayList<>();
    Map<Path, Integer> rows = new HashMap<>();
    for (int row = 0; row < table.paths().size(); row++) {
      String text = table.paths().get(row);
      try {
        paths.add(root().resolve(PathText.of(text)).normalize());
      } catch (InvalidPathException e) {
        throw new InvalidDataException(at(row) + " is no path; mend or remove it", e);
      }
      Integer before = rows.putIfAbsent(paths.get(row), row);
      if (before != null) {
        throw new InvalidDataException(
            "%s: it is in line %s, too; give each picture one row%s"
                .formatted(
                    at(row),
                    table.labels().lines().get(before),
                    options.task() == Task.MULTILABEL ? ", with all its labels" : ""));
      }
    }
    if (paths.stream().noneMatch(Files::exists)) {
      throw new InvalidDataException(
          "%s: none of its %,d pictures is there, such as %s; paths start from %s, --root names another folder"
              .formatted(file, paths.size(), paths.get(0), root().toAbsolutePath().normalize()));
    }
    return paths;
  }

  private String at(int row) {
    return "%s:%s: column %s: '%s'"
        .formatted(file, table.labels().lines().get(row), table.column(), table.paths().get(row));
  }

  private List<String> classNames() throws InvalidDataException {
    List<String> names = new ArrayList<>();
    for (int row = 0; row < table.labels().size(); row++) {
      names.add(table.labels().label(row, 0));
    }
    return names;
  }

  private int index(List<String> labels, int row, String name) throws InvalidDataException {
    int index = labels.indexOf(name);
    if (index < 0) {
      throw new InvalidDataException(
          table.labels().at(row, 0) + " is not among the labels " + String.join(", ", labels));
    }
    return index;
  }

  /**
   * Whole groups, or shares, those of classes of each class; chosen by the text of the path.
   *
   * @param classes of the rows; none for other tasks
   */
  private Dataset.Split[] parts(List<String> classes) throws IOException {
    if (!options.groupBy().isEmpty()) {
      return CsvVectors.grouped(file, table.groups(), options);
    }
    Map<String, List<Integer>> rows = new LinkedHashMap<>();
    for (int row = 0; row < table.paths().size(); row++) {
      String name = classes.isEmpty() ? "" : classes.get(row);
      rows.computeIfAbsent(name, none -> new ArrayList<>()).add(row);
    }
    Dataset.Split[] parts = new Dataset.Split[table.paths().size()];
    for (List<Integer> mine : rows.values()) {
      Dataset.Split[] some =
          SplitRule.parts(
              mine.size(),
              options.testShare(),
              options.validationShare(),
              i -> SplitMix.at(options.seed(), table.paths().get(mine.get(i))));
      IntStream.range(0, some.length).forEach(i -> parts[mine.get(i)] = some[i]);
    }
    return parts;
  }

  /** What was taken for what. */
  private void say(String targets, List<String> labels, Dataset.Split... parts) {
    boolean ofEach = targets.isEmpty() && options.groupBy().isEmpty();
    options
        .notices()
        .accept(
            String.format(
                Locale.ROOT,
                "%s: %,d pictures in column %s, %s; %s",
                file,
                parts.length,
                table.column(),
                targets.isEmpty()
                    ? String.format(
                        Locale.ROOT,
                        "of %,d classes in column %s",
                        labels.size(),
                        table.labels().names().get(0))
                    : targets,
                Kept.text(
                    parts,
                    options.testShare(),
                    options.validationShare(),
                    ofEach ? " of each class" : "")));
  }
}
