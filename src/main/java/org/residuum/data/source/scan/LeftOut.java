package org.residuum.data.source.scan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a walk over folders left out, counted by kind. */
public final class LeftOut {
  private static final int MOST_NAMED = 6;

  /** Why something was left out. */
  public enum Kind {
    OTHER("other file", "other files"),
    BESIDE("file beside the folders", "files beside the folders"),
    EMPTY("empty file", "empty files"),
    HIDDEN_FILE("hidden file", "hidden files"),
    HIDDEN_FOLDER("hidden folder", "hidden folders"),
    MODEL("saved model", "saved models"),
    BROKEN_LINK("broken link", "broken links"),
    CIRCLE("link to a folder above it", "links to folders above them"),
    REPEATED("link to a folder taken before", "links to folders taken before"),
    LINK("link in an archive", "links in archives"),
    SPECIAL("device or pipe", "devices or pipes"),
    UNREADABLE_FOLDER("unreadable folder", "unreadable folders");

    private final String one;
    private final String many;

    Kind(String one, String many) {
      this.one = one;
      this.many = many;
    }
  }

  /** How many of each name, a kind an entry; the name is an ending for files. */
  private final Map<Kind, Map<String, Integer>> counts = new EnumMap<>(Kind.class);

  LeftOut() {}

  /** One of a kind that needs no name. */
  void add(Kind kind) {
    add(kind, "");
  }

  /**
   * One more.
   *
   * @param name what it is counted under within its kind, such as an ending
   */
  void add(Kind kind, String name) {
    counts.computeIfAbsent(kind, none -> new TreeMap<>()).merge(name, 1, Integer::sum);
  }

  /** All of another walk. */
  void addAll(LeftOut other) {
    other.counts.forEach(
        (kind, names) ->
            names.forEach(
                (name, count) ->
                    counts
                        .computeIfAbsent(kind, none -> new TreeMap<>())
                        .merge(name, count, Integer::sum)));
  }

  public boolean isEmpty() {
    return counts.isEmpty();
  }

  int count(Kind kind) {
    return sum(counts.getOrDefault(kind, Map.of()));
  }

  /** For example {@code 14 other files (8 .txt, 6 .json), 2 hidden folders (.git, @eaDir)}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    counts.forEach(
        (kind, names) -> {
          int count = sum(names);
          parts.add(
              String.format(Locale.ROOT, "%,d %s", count, count == 1 ? kind.one : kind.many)
                  + (names.containsKey("") ? "" : " (" + list(names) + ")"));
        });
    return String.join(", ", parts);
  }

  private static int sum(Map<String, Integer> names) {
    return names.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The most frequent first. */
  static String list(Map<String, Integer> names) {
    if (names.size() == 1) {
      return names.keySet().iterator().next();
    }
    List<String> parts = new ArrayList<>();
    names.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_NAMED)
        .forEach(
            entry ->
                parts.add(String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey())));
    if (names.size() > MOST_NAMED) {
      parts.add((names.size() - MOST_NAMED) + " more kinds");
    }
    return String.join(", ", parts);
  }
}
