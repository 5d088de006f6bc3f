package org.residuum.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a mistyped name was meant to be, by Levenshtein's edit distance. */
public final class NearestName {
  private NearestName() {}

  /** The nearest known name, at most two edits or half the typed name's length away. */
  public static Optional<String> find(String typed, Collection<String> known) {
    String name = typed.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(best -> distance(name, best) <= Math.max(2, name.length() / 2));
  }

  /** For example {@code "; did you mean resnet20?"}, or nothing. */
  public static String didYouMean(String typed, Collection<String> known) {
    return find(typed, known).map(name -> "; did you mean " + name + "?").orElse("");
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
