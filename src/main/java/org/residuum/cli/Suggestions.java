package org.residuum.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a mistyped name was meant to be, by Levenshtein's edit distance. */
final class Suggestions {
  private Suggestions() {}

  /** The nearest known name, if it is at most half the typed name's length away. */
  static Optional<String> nearest(String typed, Collection<String> known) {
    String name = typed.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(best -> distance(name, best) <= Math.max(1, name.length() / 2));
  }

  /** For example {@code "; did you mean resnet20?"}, or nothing. */
  static String didYouMean(String typed, Collection<String> known) {
    return nearest(typed, known).map(name -> "; did you mean " + name + "?").orElse("");
  }

  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
