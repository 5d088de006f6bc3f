package org.residuum.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.LossGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Input;
import org.residuum.network.op.Op;

/**
 * Has a training network keep only the values between segments of its forward pass, and compute
 * those within a segment again before its backward pass reads them (Chen et al. 2016, "Training
 * deep nets with sublinear memory cost", section 4): n blocks in segments of √n need memory for
 * some 2 √n of them, and one more forward pass. Runs after all other passes, so that a node and its
 * copy are the same operation: results are the same to the bit.
 *
 * <p>Segments end where one value alone is handed on, as between residual blocks. Their number is
 * the one with the smallest live set, as {@link MemoryPlan} finds it.
 */
public final class Recomputation {
  /** Ends the name of a node that computes what the forward pass did. */
  private static final String AGAIN = ".again";

  private final Network network;
  private final List<Node> nodes;
  private final int forwardEnd;

  /** The node that makes a value of the forward pass. */
  private final Map<Value, Integer> maker = new HashMap<>();

  /** The last node of the forward pass that reads a value. */
  private final Map<Value, Integer> lastRead = new HashMap<>();

  private final Set<Value> held;
  private final Set<Value> readBack = new HashSet<>();

  private Recomputation(Network network) {
    this.network = network;
    this.nodes = network.nodes();
    this.held = new HashSet<>(network.outputs().values());
    int end = 0;
    while (end < nodes.size() && !isGradient(nodes.get(end).op())) {
      Node node = nodes.get(end);
      for (Value output : node.outputs()) {
        maker.put(output, end);
        if (node.op() instanceof Input) {
          held.add(output);
        }
      }
      for (Value input : node.inputs()) {
        lastRead.put(input, end);
      }
      end++;
    }
    forwardEnd = end;
    nodes.subList(end, nodes.size()).forEach(node -> readBack.addAll(node.inputs()));
  }

  private static boolean isGradient(Op op) {
    return op instanceof InputGradient
        || op instanceof WeightGradient
        || op instanceof JointGradient
        || op instanceof LossGradient;
  }

  /**
   * The network with the segments that need least, or itself where no segments save anything.
   *
   * @param network of a training, after the other passes
   * @param sizes of a network, the size of its values; 0 for one that is kept outside the arena
   */
  public static Network apply(Network network, Function<Network, ToLongFunction<Value>> sizes) {
    Recomputation pass = new Recomputation(network);
    List<Integer> ends = pass.ends();
    ToLongFunction<Value> bytes = sizes.apply(network);
    Network best = network;
    long least = MemoryPlan.largestLiveBytes(network, bytes);
    for (int segments = 2; segments <= ends.size() + 1; segments += (segments + 3) / 4) {
      Network split = pass.split(pass.choose(ends, segments, bytes));
      long live = MemoryPlan.largestLiveBytes(split, sizes.apply(split));
      if (live < least) {
        least = live;
        best = split;
      } else if (4 * live > 5 * least) {
        break;
      }
    }
    return best;
  }

  /**
   * Rules by which nodes and their copies overwrite an input only where the node did before. A
   * product that adds onto its input rounds otherwise than one that adds another value.
   *
   * @param before the plan of the network without recomputation
   */
  public static MemoryPlan.Sharing asBefore(
      Network network, MemoryPlan before, MemoryPlan.Sharing sharing) {
    Map<String, Node> known = new HashMap<>();
    network.nodes().forEach(node -> known.put(node.name(), node));
    return (node, diesHere) -> {
      Node origin = known.getOrDefault(node.name(), known.get(origin(node.name())));
      Value source = before.overwritten(origin);
      return sharing.source(
          node,
          value ->
              diesHere.test(value)
                  && source != null
                  && node.inputs().indexOf(value) == origin.inputs().indexOf(source));
    };
  }

  private static String origin(String name) {
    return name.endsWith(AGAIN) ? name.substring(0, name.length() - AGAIN.length()) : name;
  }

  /** The steps before which one value alone is handed on. */
  private List<Integer> ends() {
    int[] handed = new int[forwardEnd + 1];
    lastRead.forEach(
        (value, last) -> {
          for (int step = maker.get(value) + 1; step <= last && !held.contains(value); step++) {
            handed[step]++;
          }
        });
    List<Integer> ends = new ArrayList<>();
    for (int step = 1; step < forwardEnd; step++) {
      if (handed[step] == 1) {
        ends.add(step);
      }
    }
    return ends;
  }

  /** Ends between so many segments whose values take about the same bytes. */
  private List<Integer> choose(List<Integer> ends, int segments, ToLongFunction<Value> bytes) {
    long[] before = new long[forwardEnd + 1];
    for (int step = 0; step < forwardEnd; step++) {
      long own = 0;
      for (Value output : nodes.get(step).outputs()) {
        own += readBack.contains(output) ? bytes.applyAsLong(output) : 0;
      }
      before[step + 1] = before[step] + own;
    }
    TreeSet<Integer> chosen = new TreeSet<>();
    int at = 0;
    for (int i = 1; i < segments; i++) {
      double wanted = (double) before[forwardEnd] * i / segments;
      while (at < ends.size() - 1 && before[ends.get(at)] < wanted) {
        at++;
      }
      chosen.add(ends.get(at));
    }
    return List.copyOf(chosen);
  }

  private Network split(List<Integer> ends) {
    return new Splitting(ends).network();
  }

  /** The network written anew for some segments. */
  private final class Splitting {
    private final NetworkBuilder net = new NetworkBuilder(network.name());
    private final List<Integer> ends;
    private final int[] segmentOf = new int[forwardEnd];
    private final Map<Value, Value> made = new HashMap<>();
    private final Map<Value, Value> again = new HashMap<>();
    private final Set<Integer> copied = new HashSet<>();

    Splitting(List<Integer> ends) {
      this.ends = ends;
      int segment = 0;
      for (int step = 0; step < forwardEnd; step++) {
        if (segment < ends.size() && step == ends.get(segment)) {
          segment++;
        }
        segmentOf[step] = segment;
      }
    }

    Network network() {
      for (Node node : nodes.subList(0, forwardEnd)) {
        copy(node, node.name(), node.op(), made);
      }
      for (Node node : nodes.subList(forwardEnd, nodes.size())) {
        for (Value input : node.inputs()) {
          recompute(input);
        }
        copy(node, node.name(), node.op(), made);
      }
      network.outputs().forEach((name, value) -> net.output(name, made.get(value)));
      return net.build();
    }

    private void recompute(Value value) {
      Integer step = maker.get(value);
      if (step == null || isKept(value) || !copied.add(segmentOf[step])) {
        return;
      }
      int segment = segmentOf[step];
      int start = segment == 0 ? 0 : ends.get(segment - 1);
      int end = ends.get(segment);
      Set<Integer> needed = needed(start, end);
      for (int i = start; i < end; i++) {
        if (needed.contains(i)) {
          Node node = nodes.get(i);
          copy(node, node.name() + AGAIN, withoutStatistics(node.op()), again);
        }
      }
    }

    /** The nodes whose values the backward pass reads and nobody keeps, and what they come from. */
    private Set<Integer> needed(int start, int end) {
      Set<Integer> needed = new HashSet<>();
      Set<Value> wanted = new HashSet<>();
      for (int step = end - 1; step >= start; step--) {
        for (Value output : nodes.get(step).outputs()) {
          if (!isKept(output) && (readBack.contains(output) || wanted.contains(output))) {
            needed.add(step);
          }
        }
        if (needed.contains(step)) {
          wanted.addAll(nodes.get(step).inputs());
        }
      }
      return needed;
    }

    /**
     * Whether a value of the forward pass stays: what is handed on, and all of the last segment.
     */
    private boolean isKept(Value value) {
      int segment = segmentOf[maker.get(value)];
      return held.contains(value)
          || segment == ends.size()
          || lastRead.getOrDefault(value, 0) >= ends.get(segment);
    }

    private void copy(Node node, String name, Op op, Map<Value, Value> into) {
      List<Value> inputs =
          node.inputs().stream().map(value -> again.getOrDefault(value, made.get(value))).toList();
      List<Value> outputs =
          net.appendAll(
              name,
              op,
              inputs,
              node.parameters(),
              node.outputs().stream().map(Value::type).toList());
      for (int i = 0; i < outputs.size(); i++) {
        into.put(node.outputs().get(i), outputs.get(i));
      }
    }

    /** Running statistics move once a step: running += 0 (batch - running) leaves them. */
    private Op withoutStatistics(Op op) {
      return op instanceof BatchNorm norm
          ? new BatchNorm(norm.epsilon(), 0, norm.training(), norm.activation())
          : op;
    }
  }
}
