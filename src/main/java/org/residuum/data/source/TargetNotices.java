package org.residuum.data.source;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.residuum.data.Task;
import org.residuum.text.Units;

/** What is said of targets in a table. */
final class TargetNotices {
  private TargetNotices() {}

  /** For example {@code 2 labels: cat, dog}. */
  static String found(Task task, List<String> labels) {
    String kind = task == Task.REGRESSION ? "target" : "label";
    return Units.count(labels.size(), kind) + ": " + Labels.some(labels);
  }

  /** A label that all rows have, or none, cannot be learned; several in one are taken for one. */
  static void say(Path file, List<String> labels, float[][] targets, DatasetOptions options) {
    if (options.task() != Task.MULTILABEL) {
      return;
    }
    for (int k = 0; k < labels.size(); k++) {
      int label = k;
      long rows = Arrays.stream(targets).filter(row -> row[label] == 1).count();
      if (rows == 0 || rows == targets.length) {
        options
            .notices()
            .accept(
                "%s: %s of %,d training rows have the label %s, so it cannot be learned"
                    .formatted(file, rows == 0 ? "none" : "all", targets.length, labels.get(k)));
      }
    }
    boolean one = Arrays.stream(targets).allMatch(row -> sum(row) <= 1);
    labels.stream()
        .filter(name -> one && options.delimiter().isEmpty() && name.matches(".*[ ,].*"))
        .findFirst()
        .ifPresent(
            name ->
                options
                    .notices()
                    .accept(
                        "%s: no row has two labels; if '%s' is more than one, say what is between"
                                .formatted(file, name)
                            + " them with --label-delimiter, such as ' ' or ,"));
  }

  private static float sum(float... row) {
    float sum = 0;
    for (float value : row) {
      sum += value;
    }
    return sum;
  }
}
