package org.residuum.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.residuum.data.Dataset;
import org.residuum.data.Task;
import org.residuum.text.NearestName;

/** How much the classes of some data count. */
final class ClassWeights {
  private static final int MOST_NAMED = 20;

  private ClassWeights() {}

  /**
   * Reads {@code balanced}, {@code none} or numbers by class, {@code cat=2,dog=0.5}.
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
    for (String part : text.split(",", -1)) {
      int equals = part.lastIndexOf('=');
      String name = equals < 1 ? "" : part.substring(0, equals).strip();
      if (name.isEmpty() || numbers.put(name, number(part.substring(equals + 1))) != null) {
        throw new IllegalArgumentException(
            "write balanced, none or each class once, such as cat=2,dog=0.5; not '" + part + "'");
      }
    }
    return numbers;
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
