package org.residuum.train.loop;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Softmax;

/**
 * What a classifier says of a batch, (batch, classes): logits, or probabilities where the network
 * ends in a softmax.
 */
public final class Scores {
  /** What an example is told that has scores which are not finite. */
  public static final String NOT_FINITE =
      "the network's scores are not all finite, so that no class is the likeliest; NaN or"
          + " infinities are in the example or in the weights, or values overflow on the way";

  private final FloatBuffer values;
  private final int classes;
  private final boolean probabilities;

  private Scores(FloatBuffer values, int classes, boolean probabilities) {
    this.values = values;
    this.classes = classes;
    this.probabilities = probabilities;
  }

  /** The scores in each of a session's slots; their buffers live as long as the session. */
  public static Map<Slot, Scores> of(Session session, Network network) {
    String name = requireRows(network);
    int classes = classes(network);
    boolean probabilities = givesProbabilities(network);
    return session.slots().stream()
        .collect(
            Collectors.toMap(
                slot -> slot, slot -> new Scores(slot.output(name), classes, probabilities)));
  }

  /** What makes scores of a row of a network's outputs. */
  public static Function<float[], Scores> ofRows(Network network) {
    int classes = classes(network);
    boolean probabilities = givesProbabilities(network);
    return row -> new Scores(FloatBuffer.wrap(row), classes, probabilities);
  }

  private static boolean givesProbabilities(Network network) {
    Value value = network.output(requireRows(network));
    Node maker =
        network.nodes().stream().filter(node -> node.outputs().contains(value)).findFirst().get();
    return maker.op() instanceof Softmax;
  }

  /** The output {@code logits}, or the only one. */
  static String outputName(Network network) {
    List<String> names = List.copyOf(network.outputs().keySet());
    return names.contains("logits") || names.size() != 1 ? "logits" : names.get(0);
  }

  private static String requireRows(Network network) {
    String name = outputName(network);
    if (network.output(name).shape().rank() != 2) {
      throw new IllegalArgumentException(
          "%s is no classifier: its output %s is %s, not (N, classes)"
              .formatted(network.name(), name, network.output(name).shape()));
    }
    return name;
  }

  /** Whether its output is (N, classes). */
  public static boolean isClassifier(Network network) {
    return network.output(outputName(network)).shape().rank() == 2;
  }

  public static int classes(Network network) {
    return network.output(requireRows(network)).shape().extent(1);
  }

  /** Checks that a network has as many classes as there are labels. */
  public static void requireClasses(Network network, List<String> labels, String whose) {
    int classes = classes(network);
    if (labels.size() != classes) {
      throw new IllegalArgumentException(
          "%s tells %s classes apart, %s has %s; build the network for that number"
              .formatted(network.name(), classes, whose, labels.size()));
    }
  }

  public float get(int row, int k) {
    return values.get(row * classes + k);
  }

  /** Whether none of the row's scores is NaN or infinite; else no class is the likeliest. */
  public boolean areFinite(int row) {
    for (int k = 0; k < classes; k++) {
      if (!Float.isFinite(get(row, k))) {
        return false;
      }
    }
    return true;
  }

  /** The class of the highest score, the first of equals; of a row of finite scores. */
  public int argmax(int row) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      best = get(row, k) > get(row, best) ? k : best;
    }
    return best;
  }

  /** How many classes come before {@code label}; all of them where its score is NaN. */
  public int rank(int row, int label) {
    float own = get(row, label);
    int before = 0;
    for (int k = 0; k < classes; k++) {
      float other = get(row, k);
      boolean behind = k < label ? other < own : other <= own;
      before += behind || k == label ? 0 : 1;
    }
    return before;
  }

  /** -log p of the label, at most 104 where the network's softmax has rounded p to 0. */
  public double crossEntropy(int row, int label) {
    return probabilities
        ? -Math.log(Math.max(get(row, label), Float.MIN_VALUE))
        : logSum(row) - get(row, label);
  }

  /** Softmax over all classes, of some of them. */
  public double[] probabilities(int row, int... of) {
    double logSum = probabilities ? 0 : logSum(row);
    return Arrays.stream(of)
        .mapToDouble(k -> probabilities ? get(row, k) : Math.exp(get(row, k) - logSum))
        .toArray();
  }

  /** The probability of some labels that do not exclude each other, 1 / (1 + e^-score). */
  public double[] sigmoids(int row, int... of) {
    return Arrays.stream(of).mapToDouble(k -> 1 / (1 + Math.exp(-get(row, k)))).toArray();
  }

  /** The classes of the highest scores, the highest first; of equal ones the first. */
  public int[] highest(int row, int most) {
    int count = Math.min(most, classes);
    int[] best = new int[count]; // The best so far, in order.
    int found = 0;
    for (int k = 0; k < classes; k++) {
      int place = found;
      while (place > 0 && Float.compare(get(row, best[place - 1]), get(row, k)) < 0) {
        place--;
      }
      if (place < count) {
        found = Math.min(count, found + 1);
        System.arraycopy(best, place, best, place + 1, found - place - 1);
        best[place] = k;
      }
    }
    return best;
  }

  /** log Σ exp(s_j) */
  private double logSum(int row) {
    double max = get(row, argmax(row));
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += Math.exp(get(row, k) - max);
    }
    return max + Math.log(sum);
  }
}
