package org.residuum.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Input;
import org.residuum.network.op.Reshape;

/** Who is alive when, worked out anew from the list of nodes, step by step. */
final class LiveSets {
  private record Range(Value value, long from, long to) {}

  private LiveSets() {}

  /**
   * Fails where two values that are alive at one step share bytes, a value and its reshape apart.
   *
   * @return the bytes of the largest live set, each value a multiple of the alignment
   */
  static long check(Network network, ToLongFunction<Value> bytes, MemoryPlan plan) {
    List<Node> nodes = network.nodes();
    Map<Value, Integer> until = new HashMap<>();
    Map<Value, Value> original = new HashMap<>();
    for (int step = 0; step < nodes.size(); step++) {
      Node node = nodes.get(step);
      for (Value input : node.inputs()) {
        until.merge(input, step, Math::max);
      }
      for (Value output : node.outputs()) {
        boolean same = node.op() instanceof Reshape;
        original.put(output, same ? original.get(node.inputs().get(0)) : output);
        until.put(output, node.op() instanceof Input ? nodes.size() - 1 : step);
      }
    }
    network.outputs().values().forEach(value -> until.put(value, nodes.size() - 1));
    List<Value> alive = new ArrayList<>();
    nodes.stream()
        .filter(node -> node.op() instanceof Input)
        .forEach(node -> alive.add(node.output()));
    long largest = 0;
    for (int step = 0; step < nodes.size(); step++) {
      Node node = nodes.get(step);
      if (!(node.op() instanceof Input)) {
        alive.addAll(node.outputs());
      }
      largest = Math.max(largest, checkStep(network, node, alive, original, bytes, plan));
      int now = step;
      alive.removeIf(value -> until.get(value) <= now);
    }
    return largest;
  }

  private static long checkStep(
      Network network,
      Node node,
      List<Value> alive,
      Map<Value, Value> original,
      ToLongFunction<Value> bytes,
      MemoryPlan plan) {
    Map<Value, Range> ranges = new HashMap<>();
    for (Value value : alive) {
      long offset = plan.offset(value);
      assertEquals(0, offset % MemoryPlan.ALIGNMENT, value.name());
      Range range = new Range(value, offset, offset + bytes.applyAsLong(value));
      Range other = ranges.put(original.get(value), range);
      assertTrue(other == null || other.from() == offset, () -> value.name() + " moved in reshape");
    }
    List<Range> sorted = new ArrayList<>(ranges.values());
    sorted.sort(Comparator.comparingLong(Range::from));
    long total = 0;
    for (int i = 0; i < sorted.size(); i++) {
      Range range = sorted.get(i);
      Range before = i == 0 ? null : sorted.get(i - 1);
      assertTrue(
          before == null || before.to() <= range.from(),
          () -> network.name() + ", at " + node.name() + ": " + before + " and " + range);
      assertTrue(range.to() <= plan.arenaBytes(), () -> range + " ends behind the arena");
      long unit = MemoryPlan.ALIGNMENT;
      total += (range.to() - range.from() + unit - 1) / unit * unit;
    }
    return total;
  }
}
