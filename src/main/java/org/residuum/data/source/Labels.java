package org.residuum.data.source;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Class names and the checks on them. */
final class Labels {
  static final List<String> DIGITS = IntStream.range(0, 10).mapToObj(String::valueOf).toList();

  private static final int MOST_NAMED = 10;

  private Labels() {}

  /** For example {@code cat, dog and 12 more}. */
  static String some(Collection<String> labels) {
    String named = labels.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    int more = labels.size() - MOST_NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }

  static void check(String name, List<String> labels, int[] classes, int size) {
    if (classes.length != size) {
      throw new IllegalArgumentException(
          name + ": " + size + " examples but " + classes.length + " labels");
    }
    for (int i = 0; i < size; i++) {
      if (classes[i] < 0 || classes[i] >= labels.size()) {
        throw new IllegalArgumentException(
            "%s: label %s of example %s is not in 0..%s"
                .formatted(name, classes[i], i, labels.size() - 1));
      }
    }
  }
}
