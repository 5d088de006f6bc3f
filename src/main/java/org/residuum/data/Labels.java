package org.residuum.data;

import java.util.List;
import java.util.stream.IntStream;

/** Class names and the checks on them. */
final class Labels {
  static final List<String> DIGITS = IntStream.range(0, 10).mapToObj(String::valueOf).toList();

  private Labels() {}

  static void check(String name, List<String> labels, int[] classes, int size) {
    if (classes.length != size) {
      throw new IllegalArgumentException(
          name + ": " + size + " examples but " + classes.length + " labels");
    }
    for (int i = 0; i < size; i++) {
      if (classes[i] < 0 || classes[i] >= labels.size()) {
        throw new IllegalArgumentException(
            name
                + ": label "
                + classes[i]
                + " of example "
                + i
                + " is not in 0.."
                + (labels.size() - 1));
      }
    }
  }
}
