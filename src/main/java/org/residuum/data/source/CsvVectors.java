package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Task;
import org.residuum.data.prepare.SplitMix;
import org.residuum.data.source.csv.Csv;
import org.residuum.data.source.csv.CsvColumns;
import org.residuum.data.source.csv.CsvTargets;
import org.residuum.data.source.csv.TextColumns;
import org.residuum.network.Shape;

/** A table of numbers with a column of labels; see {@link Csv}. */
final class CsvVectors {
  private CsvVectors() {}

  static Dataset open(Path file, Dataset.Split split, DatasetOptions options) throws IOException {
    if (options.task() != Task.CLASSIFY) {
      return targets(file, split, options);
    }
    boolean grouped = !options.groupBy().isEmpty();
    Csv table =
        grouped
            ? Csv.read(file, options.labelColumn(), options.groupBy())
            : Csv.read(file, options.labelColumn());
    List<String> labels = options.labels().isEmpty() ? sorted(table.names()) : options.labels();
    Dataset.Split[] parts =
        grouped ? grouped(file, table.groups(), options) : parts(table, options);
    String column = table.labelColumns().get(0);
    String found =
        String.format(Locale.ROOT, "labels of %,d classes in column %s", labels.size(), column);
    say(file, table, found, parts, options);
    int[] rows = rows(file, split, parts);
    float[][] chosen = chosen(table, rows);
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      classes[i] = labels.indexOf(table.names().get(rows[i]));
      if (classes[i] < 0) {
        throw new InvalidDataException(
            table.labelOf(rows[i]) + " is not among the labels " + String.join(", ", labels));
      }
    }
    sayMissing(file, table.names(), labels, parts, options);
    return new StoredVectors("csv", Shape.of(table.features()), labels, chosen, classes);
  }

  static Dataset.Split[] grouped(Path file, List<String> groupOf, DatasetOptions options)
      throws IOException {
    Groups groups = new Groups(file.toString(), groupOf);
    Dataset.Split[] parts =
        groups.parts(options.testShare(), options.validationShare(), options.seed());
    options.notices().accept(file + ": " + groups.text(parts));
    return parts;
  }

  private static Dataset targets(Path file, Dataset.Split split, DatasetOptions options)
      throws IOException {
    List<String> columns = CsvTargets.columns(options.labelColumn());
    Csv table = Csv.read(file, columns, options.labels(), options.groupBy());
    boolean grouped = !options.groupBy().isEmpty();
    int labels = table.labelColumns().size() - (grouped ? 1 : 0);
    TextColumns text = table.text().only(IntStream.range(0, labels).boxed().toList());
    CsvTargets read = CsvTargets.of(text, options.task(), options.labels(), options.delimiter());
    Dataset.Split[] parts =
        grouped ? grouped(file, table.text().column(labels), options) : parts(table, options);
    say(file, table, TargetNotices.found(options.task(), read.labels()), parts, options);
    int[] rows = rows(file, split, parts);
    float[][] targets =
        Arrays.stream(rows).mapToObj(i -> read.targets()[i]).toArray(float[][]::new);
    if (split == Dataset.Split.TRAIN) {
      TargetNotices.say(file, read.labels(), targets, options);
    }
    return new StoredTargets(
        "csv",
        options.task(),
        Shape.of(table.features()),
        read.labels(),
        chosen(table, rows),
        targets);
  }

  private static Dataset.Split[] parts(Csv table, DatasetOptions options) {
    return SplitRule.parts(
        table.values().size(),
        options.testShare(),
        options.validationShare(),
        i -> SplitMix.at(options.seed(), i));
  }

  private static int[] rows(Path file, Dataset.Split split, Dataset.Split[] parts)
      throws InvalidDataException {
    int[] rows = SplitRule.rows(split, parts);
    if (rows.length == 0) {
      throw new InvalidDataException(
          "%s: %s rows leave none for %s; add rows".formatted(file, parts.length, split.purpose()));
    }
    return rows;
  }

  private static float[][] chosen(Csv table, int... rows) {
    return Arrays.stream(rows).mapToObj(table.values()::get).toArray(float[][]::new);
  }

  /** What was taken for what. */
  private static void say(
      Path file, Csv table, String found, Dataset.Split[] parts, DatasetOptions options) {
    options
        .notices()
        .accept(
            String.format(
                Locale.ROOT,
                "%s: %,d rows of %,d values, %s a header, %s; %s",
                file,
                table.values().size(),
                table.features(),
                table.hasHeader() ? "below" : "without",
                found,
                Kept.text(parts, options.testShare(), options.validationShare(), "")));
  }

  /** The split is of all rows, so that rare classes may be on one side alone. */
  static void sayMissing(
      Path file,
      List<String> names,
      List<String> labels,
      Dataset.Split[] parts,
      DatasetOptions options) {
    for (Dataset.Split part : Dataset.Split.values()) {
      if (part == Dataset.Split.ALL || SplitRule.count(part, parts) == 0) {
        continue;
      }
      Set<String> missing = new LinkedHashSet<>(labels);
      Arrays.stream(SplitRule.rows(part, parts)).forEach(i -> missing.remove(names.get(i)));
      if (!missing.isEmpty()) {
        options
            .notices()
            .accept(file + ": no rows for " + part.purpose() + " of " + Labels.some(missing));
      }
    }
  }

  /** By number where all are numbers, else by name. */
  static List<String> sorted(List<String> names) {
    List<String> distinct = names.stream().distinct().sorted().toList();
    if (distinct.stream().allMatch(CsvColumns::isNumber)) {
      return distinct.stream().map(Long::valueOf).sorted().map(String::valueOf).toList();
    }
    return distinct;
  }
}
