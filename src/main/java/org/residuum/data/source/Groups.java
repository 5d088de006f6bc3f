package org.residuum.data.source;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.prepare.SplitMix;

/**
 * Examples that belong together, such as pictures of one patient or one burst: all of a group are
 * in one part, so that what is tested was not learned from a near-copy.
 */
final class Groups {
  private final String source;
  private final List<String> groupOf;
  private final Map<String, Integer> sizes = new LinkedHashMap<>();

  /**
   * Groups of examples.
   *
   * @param source the data, for errors
   * @param groupOf the group of each example
   */
  Groups(String source, List<String> groupOf) {
    this.source = source;
    this.groupOf = List.copyOf(groupOf);
    groupOf.forEach(group -> sizes.merge(group, 1, Integer::sum));
  }

  /**
   * Groups by the first group in parentheses of a regular expression that is found in a name, or by
   * all that it finds.
   *
   * @throws InvalidDataException where it is no such expression, or is not found in all names
   */
  static Groups ofNames(String source, String pattern, List<String> names)
      throws InvalidDataException {
    Pattern expression;
    try {
      expression = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new InvalidDataException(
          "group-by %s: no regular expression: %s".formatted(pattern, e.getDescription()), e);
    }
    List<String> groups = names.stream().map(name -> group(expression, name)).toList();
    long missing = groups.stream().filter(String::isEmpty).count();
    if (missing > 0) {
      throw new InvalidDataException(
          "group-by %s: it is not found in %d of the %d names in %s, such as %s; name a group in all"
              .formatted(pattern, missing, names.size(), source, names.get(groups.indexOf(""))));
    }
    return new Groups(source, groups);
  }

  private static String group(Pattern expression, String name) {
    Matcher found = expression.matcher(name);
    if (!found.find()) {
      return "";
    }
    String group = found.groupCount() > 0 ? found.group(1) : found.group();
    return group == null ? "" : group;
  }

  /**
   * The part of each example. In an order that the seed draws, groups go to the test part as long
   * as they bring it nearer to its share, then to the validation part likewise; the others are for
   * training.
   *
   * @param testShare 0 where the data bring a test part of their own, 1 for all
   * @throws InvalidDataException where there are fewer groups than parts
   */
  Dataset.Split[] parts(double testShare, double validationShare, long seed)
      throws InvalidDataException {
    int count = groupOf.size();
    Map<String, Dataset.Split> parts = new HashMap<>();
    if (testShare < 1) {
      int needed = 1 + (testShare > 0 ? 1 : 0) + (validationShare > 0 ? 1 : 0);
      if (sizes.size() < needed) {
        throw new InvalidDataException(
            "group-by: %s has %d group%s for %d parts; group by something finer, or leave a part"
                    .formatted(source, sizes.size(), sizes.size() == 1 ? "" : "s", needed)
                + " away (--validation-share 0)");
      }
      int tested = 0;
      if (testShare > 0) {
        tested = fill(parts, Dataset.Split.TEST, Math.round(count * testShare), needed - 1, seed);
      }
      if (validationShare > 0) {
        long validated = Math.round((count - tested) * validationShare);
        fill(parts, Dataset.Split.VALIDATION, validated, 1, seed);
      }
    }
    Dataset.Split rest = testShare < 1 ? Dataset.Split.TRAIN : Dataset.Split.TEST;
    return groupOf.stream()
        .map(group -> parts.getOrDefault(group, rest))
        .toArray(Dataset.Split[]::new);
  }

  /**
   * Takes whole groups for a part.
   *
   * @param others how many groups are left at least
   * @return how many examples they have
   */
  private int fill(
      Map<String, Dataset.Split> parts, Dataset.Split part, long wanted, int others, long seed) {
    List<String> order =
        sizes.keySet().stream()
            .filter(group -> !parts.containsKey(group))
            .sorted(
                Comparator.<String>comparingLong(group -> SplitMix.at(seed, group))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    int left = order.size();
    long taken = 0;
    for (String group : order) {
      long more = taken + sizes.get(group);
      if (left > others && Math.abs(more - wanted) < Math.abs(taken - wanted)) {
        parts.put(group, part);
        taken = more;
        left--;
      }
    }
    if (taken == 0) { // All groups are large: the smallest.
      String smallest = order.stream().min(Comparator.comparingInt(sizes::get)).orElseThrow();
      parts.put(smallest, part);
      taken = sizes.get(smallest);
    }
    return Math.toIntExact(taken);
  }

  /** What became of the shares: {@code 12 groups of 5 to 40; 3 of them, 20.0 %, for testing}. */
  String text(Dataset.Split... parts) {
    int least = sizes.values().stream().min(Comparator.naturalOrder()).orElse(0);
    int most = sizes.values().stream().max(Comparator.naturalOrder()).orElse(0);
    return String.format(
        Locale.ROOT,
        "%,d groups of %,d to %,d examples%s%s",
        sizes.size(),
        least,
        most,
        reached(Dataset.Split.TEST, "testing", parts),
        reached(Dataset.Split.VALIDATION, "validation", parts));
  }

  private String reached(Dataset.Split part, String purpose, Dataset.Split... parts) {
    int[] rows = SplitRule.rows(part, parts);
    if (rows.length == 0) {
      return "";
    }
    long groups = Arrays.stream(rows).mapToObj(groupOf::get).distinct().count();
    return String.format(
        Locale.ROOT,
        ", %,d group%s with %.1f %% of all for %s",
        groups,
        groups == 1 ? "" : "s",
        100.0 * rows.length / parts.length,
        purpose);
  }
}
