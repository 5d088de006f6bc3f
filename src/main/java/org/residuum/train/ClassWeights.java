package org.residuum.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.residuum.data.Dataset;
import org.residuum.data.Task;
import org.residuum.text.NearestName;

/** How much the classes of some data count. */
final class ClassWeights {
  private static final int MOST_NAMED = 20;

  /** {@code cat=2}, or {@code "cat, black"=2}, with the comma that follows it. */
  private static final Pattern ITEM =
      Pattern.compile(
          "\\G\\s*(?:\"(?<quoted>(?:[^\"]|\"\")+)\"\\s*|(?<plain>[^\\s,=\"][^,]*))=(?<weight>[^,=]*)(?:,|$)");

  private ClassWeights() {}

  /**
   * Reads {@code balanced}, {@code none} or numbers by class, {@code cat=2,dog=0.5}. A name with
   * commas or that begins with quotes is quoted as in CSV.
   *
   * @throws IllegalArgumentException where it is none of these
   */
  static Balance parse(String text) {
    return switch (text) {
      case "balanced" -> Balance.NONE.withBalancedWeights();
      case "none" -> Balance.NONE;
      default -> Balance.NONE.withWeights(byClass(text));
    };
  }

  private static Map<String, Double> byClass(String text) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    Matcher item = ITEM.matcher(text);
    boolean more = true;
    for (int from = 0; more; from = item.end()) {
      if (!item.find(from) || numbers.put(name(item), number(item.group("weight"))) != null) {
        throw new IllegalArgumentException(
            "write balanced, none or each class once, such as cat=2,\"big, black\"=0.5; not '"
                + text.substring(from)
                + "'");
      }
      more = item.end() > item.end("weight");
    }
    return numbers;
  }

  /** In quotes those within it are doubled, as in CSV. */
  private static String name(Matcher item) {
    String quoted = item.group("quoted");
    return quoted == null ? item.group("plain").strip() : quoted.replace("\"\"", "\"");
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no number", e);
    }
  }

  /** As {@link Balance#requireFit}. */
  static void requireFit(Balance balance, Dataset training) {
    if (balance.equals(Balance.NONE)) {
      return;
    }
    boolean several = balance.ofLabels() && !balance.balancedSampling();
    if (several && training.task() != Task.MULTILABEL) {
      throw new IllegalArgumentException(
          "weights of labels are for examples that may have several (task multilabel), not for "
              + training.name()
              + " with task "
              + training.task());
    }
    if (!several && (balance.ofLabels() || training.task() != Task.CLASSIFY)) {
      throw new IllegalArgumentException(
          "class weights and balanced sampling are for examples of one class each; "
              + training.name()
              + " has others");
    }
    requireKnown(balance, training.labels(), training.name());
    if (several) {
      return;
    }
    int[] counts = counts(training);
    double[] all = of(balance, training);
    double sum = 0;
    for (int k = 0; k < all.length; k++) {
      sum += all[k] * counts[k];
    }
    if (sum == 0) {
      throw new IllegalArgumentException(
          "no example of " + training.name() + " has any weight; weigh one of its classes above 0");
    }
  }

  private static void requireKnown(Balance balance, List<String> labels, String data) {
    for (String name : balance.weights().keySet()) {
      if (!labels.contains(name)) {
        throw new IllegalArgumentException(
            data
                + (balance.ofLabels() ? " has no label " : " has no class ")
                + name
                + NearestName.didYouMean(name, labels)
                + " (it has "
                + labels.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (labels.size() > MOST_NAMED ? ", ...)" : ")"));
      }
    }
  }

  /** The weight of each class of the data. */
  static double[] of(Balance balance, Dataset training) {
    List<String> labels = training.labels();
    if (!balance.balancedWeights()) {
      return labels.stream()
          .mapToDouble(name -> balance.weights().getOrDefault(name, 1.0))
          .toArray();
    }
    int[] counts = counts(training);
    long present = Arrays.stream(counts).filter(count -> count > 0).count();
    return Arrays.stream(counts)
        .mapToDouble(count -> count == 0 ? 0 : training.size() / ((double) present * count))
        .toArray();
  }

  /** How often each label counts where an example has it; see {@link Balance#ofLabels}. */
  static double[] ofLabels(Balance balance, Dataset training) {
    List<String> labels = training.labels();
    if (!balance.balancedWeights()) {
      return labels.stream()
          .mapToDouble(name -> balance.weights().getOrDefault(name, 1.0))
          .toArray();
    }
    int[] having = new int[labels.size()];
    float[] targets = new float[having.length];
    for (int i = 0; i < training.size(); i++) {
      training.targets(i, targets);
      for (int k = 0; k < having.length; k++) {
        having[k] += targets[k] == 1 ? 1 : 0;
      }
    }
    return Arrays.stream(having)
        .mapToDouble(
            count ->
                count == 0 || count == training.size()
                    ? 1
                    : (training.size() - count) / (double) count)
        .toArray();
  }

  private static int[] counts(Dataset training) {
    int[] counts = new int[training.labels().size()];
    for (int i = 0; i < training.size(); i++) {
      counts[training.label(i)]++;
    }
    return counts;
  }
}
