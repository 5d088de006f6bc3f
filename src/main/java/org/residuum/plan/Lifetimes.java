package org.residuum.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Input;

/**
 * The first and last step that need each value; values that share bytes count as one, under a
 * common root.
 */
final class Lifetimes {
  private final Map<Value, Integer> first = new HashMap<>();
  private final Map<Value, Integer> last = new HashMap<>();
  private final Map<Value, Value> rootOf = new HashMap<>();
  private final Map<Value, Value> overwritten = new HashMap<>();
  private final Map<Value, List<Value>> members = new LinkedHashMap<>();

  Lifetimes(Network network, MemoryPlan.Sharing sharing) {
    List<Node> nodes = network.nodes();
    Map<Value, Integer> lastRead = lastReads(nodes);
    Set<Value> pinned = new HashSet<>(network.outputs().values());
    int end = nodes.size() - 1;
    for (int step = 0; step < nodes.size(); step++) {
      Node node = nodes.get(step);
      int now = step;
      Value source =
          sharing.source(
              node,
              value -> lastRead.get(value) == now && diesWithRoot(value, now, pinned, lastRead));
      if (source != null) {
        overwritten.put(node.output(), source);
      }
      for (Value output : node.outputs()) {
        Value root =
            output.equals(node.outputs().get(0)) && source != null ? rootOf.get(source) : output;
        join(output, root);
        boolean held = node.op() instanceof Input || pinned.contains(output);
        first.merge(root, node.op() instanceof Input ? 0 : step, Math::min);
        last.merge(root, held ? end : lastRead.getOrDefault(output, step), Math::max);
      }
    }
  }

  /** No other value of the same bytes is read later, and none is held for the caller. */
  private boolean diesWithRoot(
      Value value, int step, Set<Value> pinned, Map<Value, Integer> lastRead) {
    Value root = rootOf.get(value);
    return last.get(root) <= step
        && members.get(root).stream()
            .allMatch(
                member -> lastRead.getOrDefault(member, step) <= step && !pinned.contains(member));
  }

  private void join(Value value, Value root) {
    rootOf.put(value, root);
    members.computeIfAbsent(root, key -> new ArrayList<>()).add(value);
  }

  private static Map<Value, Integer> lastReads(List<Node> nodes) {
    Map<Value, Integer> reads = new HashMap<>();
    for (int step = 0; step < nodes.size(); step++) {
      for (Value input : nodes.get(step).inputs()) {
        reads.put(input, step);
      }
    }
    return reads;
  }

  Iterable<Value> roots() {
    return members.keySet();
  }

  List<Value> members(Value root) {
    return members.get(root);
  }

  /** The value whose bytes a value takes over, or null. */
  Value overwritten(Value value) {
    return overwritten.get(value);
  }

  int first(Value root) {
    return first.get(root);
  }

  int last(Value root) {
    return last.get(root);
  }
}
