package org.residuum.train;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.initial.Head;
import org.residuum.network.op.BatchNorm;
import org.residuum.text.NearestName;

/** The parameters of a network that a training changes, epoch by epoch. */
final class TrainedPart {
  private static final int NEVER = Integer.MAX_VALUE;

  private final Network network;
  private final FineTuning tuning;
  private final Map<String, Integer> firstEpochs = new LinkedHashMap<>();
  private final Map<String, Double> rates = new LinkedHashMap<>();

  /**
   * The part that is trained.
   *
   * @throws IllegalArgumentException where a name fits nothing
   */
  TrainedPart(Network network, FineTuning tuning) {
    this.network = network;
    this.tuning = tuning;
    Set<String> norms = norms(network);
    Map<String, Integer> epochs = new LinkedHashMap<>();
    tuning.freeze().forEach(part -> epochs.put(part, NEVER));
    epochs.putAll(tuning.unfreeze());
    fit(part -> tuning.unfreeze().containsKey(part) ? "unfreeze" : "freeze", epochs, firstEpochs);
    fit(part -> "rate-of", tuning.rates(), rates);
    if (tuning.freezeNorms()) {
      norms.forEach(name -> firstEpochs.put(name, NEVER));
    }
  }

  private static Set<String> norms(Network network) {
    Set<String> norms = new HashSet<>();
    for (Node node : network.nodes()) {
      if (node.op() instanceof BatchNorm) {
        node.parameters().forEach(spec -> norms.add(spec.name()));
      }
    }
    return norms;
  }

  /** Gives each trained parameter the value of the longest name that fits it. */
  private <T> void fit(UnaryOperator<String> option, Map<String, T> parts, Map<String, T> into) {
    if (parts.isEmpty()) {
      return;
    }
    Set<String> unused = new LinkedHashSet<>(parts.keySet());
    for (ParameterSpec spec : network.parameters()) {
      String longest = null;
      for (String part : parts.keySet()) {
        if (isIn(spec.name(), part)) {
          unused.remove(part);
          longest = longest == null || isLonger(part, longest) ? part : longest;
        }
      }
      if (longest != null && spec.role().isTrained()) {
        into.put(spec.name(), parts.get(longest));
      }
    }
    for (String part : unused) {
      throw new IllegalArgumentException(
          "%s %s: %s has no such part%s; residuum inspect lists them, %s is all but the last layer"
              .formatted(
                  option.apply(part),
                  part,
                  network.name(),
                  NearestName.didYouMean(part, modules()),
                  FineTuning.BODY));
    }
  }

  private boolean isBody(String part) {
    return part.equals(FineTuning.BODY) && !modules().contains(part);
  }

  private boolean isIn(String parameter, String part) {
    return isBody(part)
        ? Head.of(network).map(head -> !head.has(parameter)).orElse(false)
        : parameter.equals(part) || parameter.startsWith(part + ".");
  }

  private boolean isLonger(String part, String other) {
    return !isBody(part) && (isBody(other) || part.length() > other.length());
  }

  /** The names of parameters and of all modules around them. */
  private Set<String> modules() {
    Set<String> names = new LinkedHashSet<>();
    for (ParameterSpec spec : network.parameters()) {
      String name = spec.name();
      for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
        names.add(name.substring(0, dot));
      }
      names.add(name);
    }
    return names;
  }

  /** Says of a parameter's name whether it stays as it is in an epoch, counted from 1. */
  Predicate<String> frozen(int epoch) {
    return name -> firstEpochs.getOrDefault(name, 1) > epoch;
  }

  /** Whether an epoch trains more than the one before. */
  boolean growsAt(int epoch) {
    return epoch > 1 && firstEpochs.containsValue(epoch);
  }

  /** Factors of the learning rate by parameter trained in an epoch, where they are not 1. */
  Map<String, Double> rates(int epoch) {
    Map<String, Double> trained = new LinkedHashMap<>(rates);
    trained.keySet().removeIf(frozen(epoch));
    return trained;
  }

  /** How many values it trains in an epoch. */
  long count(int epoch) {
    return network.parameters().stream()
        .filter(spec -> spec.role().isTrained() && !frozen(epoch).test(spec.name()))
        .mapToLong(spec -> spec.shape().elements())
        .sum();
  }

  /** Checks that the first epoch trains something. */
  void requireSome() {
    if (count(1) == 0) {
      throw new IllegalArgumentException(
          (tuning.freeze().isEmpty()
                  ? "unfreeze " + String.join(",", tuning.unfreeze().keySet())
                  : "freeze " + String.join(",", tuning.freeze()))
              + ": nothing of "
              + network.name()
              + " is left to train in the first epoch; freeze less");
    }
  }
}
