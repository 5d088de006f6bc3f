package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.prepare.SplitMix;
import org.residuum.data.source.csv.Csv;
import org.residuum.data.source.csv.CsvColumns;
import org.residuum.network.Shape;

/** A table of numbers with a column of labels; see {@link Csv}. */
final class CsvVectors {
  private CsvVectors() {}

  static Dataset open(Path file, Dataset.Split split, DatasetOptions options) throws IOException {
    Csv table = Csv.read(file, options.labelColumn());
    List<String> labels = options.labels().isEmpty() ? sorted(table.names()) : options.labels();
    Dataset.Split[] parts =
        SplitRule.parts(
            table.values().size(),
            options.testShare(),
            options.validationShare(),
            i -> SplitMix.at(options.seed(), i));
    say(file, table, labels.size(), parts, options);
    int[] rows = SplitRule.rows(split, parts);
    if (rows.length == 0) {
      throw new InvalidDataException(
          "%s: %s rows leave none for %s; add rows"
              .formatted(file, table.values().size(), split.purpose()));
    }
    float[][] chosen = new float[rows.length][];
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      chosen[i] = table.values().get(rows[i]);
      classes[i] = labels.indexOf(table.names().get(rows[i]));
      if (classes[i] < 0) {
        throw new InvalidDataException(
            table.labelOf(rows[i]) + " is not among the labels " + String.join(", ", labels));
      }
    }
    sayMissing(file, table.names(), labels, parts, options);
    return new StoredVectors("csv", Shape.of(table.features()), labels, chosen, classes);
  }

  /** What was taken for what. */
  private static void say(
      Path file, Csv table, int classes, Dataset.Split[] parts, DatasetOptions options) {
    options
        .notices()
        .accept(
            String.format(
                Locale.ROOT,
                "%s: %,d rows of %,d values, %s a header, labels of %,d classes in column %s; %s",
                file,
                table.values().size(),
                table.features(),
                table.hasHeader() ? "below" : "without",
                classes,
                table.labelColumn(),
                Kept.text(parts, options.testShare(), options.validationShare(), "")));
  }

  /** The split is of all rows, so that rare classes may be on one side alone. */
  private static void sayMissing(
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
  private static List<String> sorted(List<String> names) {
    List<String> distinct = names.stream().distinct().sorted().toList();
    if (distinct.stream().allMatch(CsvColumns::isNumber)) {
      return distinct.stream().map(Long::valueOf).sorted().map(String::valueOf).toList();
    }
    return distinct;
  }
}
