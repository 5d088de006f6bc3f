package org.residuum.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.data.Dataset;

/**
 * How much each class or label counts, where some have more examples than others.
 *
 * @param weights of classes in the loss, by name, 0 or 1e-6 to 1e6; 1 for those that are not named.
 *     The loss of a batch is the weighted mean over its examples
 * @param balancedWeights whether the weight of a class is examples / (classes · examples of the
 *     class) instead, so that all count alike; 0 for one without examples
 * @param balancedSampling whether an epoch, of the same length, has as many examples of each class
 * @param ofLabels whether the weights are of labels of which an example may have several: the loss
 *     of a label counts so much where an example has it, and once where it has not. Balanced is
 *     examples without the label / examples with it; 1 for one that none has, or all
 */
public record Balance(
    Map<String, Double> weights,
    boolean balancedWeights,
    boolean balancedSampling,
    boolean ofLabels) {
  /** All examples count alike, and each comes once an epoch. */
  public static final Balance NONE = new Balance(Map.of(), false, false, false);

  private static final double LARGEST = 1e6;

  public Balance {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    weights.forEach(Balance::requireWeight);
    if (ofLabels && weights.containsValue(0.0)) {
      throw new IllegalArgumentException("weights of labels are at least 1e-6, not 0: " + weights);
    }
    if (balancedWeights && !weights.isEmpty()) {
      throw new IllegalArgumentException(
          "class weights are either balanced or given, not both: " + weights);
    }
  }

  private static void requireWeight(String name, double weight) {
    if (!(weight == 0 || (weight >= 1 / LARGEST && weight <= LARGEST))) {
      throw new IllegalArgumentException(
          "the weight of class " + name + " is 0, or at least 1e-6 and at most 1e6, not " + weight);
    }
  }

  /** The same with other weights. */
  public Balance withWeights(Map<String, Double> others) {
    return new Balance(others, false, balancedSampling, ofLabels);
  }

  /** The same with balanced weights. */
  public Balance withBalancedWeights() {
    return new Balance(Map.of(), true, balancedSampling, ofLabels);
  }

  /** The same with or without balanced sampling. */
  public Balance withBalancedSampling(boolean on) {
    return new Balance(weights, balancedWeights, on, ofLabels);
  }

  /** The same weights, of labels of which an example may have several. */
  public Balance withLabels() {
    return new Balance(weights, balancedWeights, balancedSampling, true);
  }

  /** Whether classes count differently in the loss. */
  public boolean weighs() {
    return balancedWeights || weights.values().stream().anyMatch(weight -> weight != 1);
  }

  /**
   * Checks that it is for these data.
   *
   * @throws IllegalArgumentException where it names a class that they do not have, leaves none of
   *     theirs any weight, or where their examples have no class each
   */
  public void requireFit(Dataset training) {
    ClassWeights.requireFit(this, training);
  }
}
