package org.residuum.backend.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.backend.cpu.onednn.Numerics;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Reshape;
import org.residuum.plan.MemoryPlan;

/**
 * How many examples of a batch the steps of a convolutional network process at once: as many as fit
 * into the caches; the whole batch runs slice by slice. Values shrink from stage to stage while
 * weights grow, so a network is cut into segments whose slices grow: the last stage of ResNet-50,
 * 60 % of its weights, reads them once per batch of 8 instead of four times.
 *
 * @param segments all nodes, in order
 * @param external values shared with the caller or between segments: whole batches outside the
 *     arena
 */
record Slices(List<Segment> segments, Set<Value> external) {
  /**
   * Consecutive nodes.
   *
   * @param slice examples at once; divides the batch
   */
  record Segment(List<Node> nodes, int slice) {}

  private static final long CACHED_BYTES = 12L << 20;

  /** All nodes take the whole batch. */
  static Slices none(Network network, int batch, Set<Value> external) {
    return new Slices(List.of(new Segment(network.nodes(), batch)), external);
  }

  static Slices of(Network network, int batch, Numerics numerics) {
    Set<Value> boundary = new HashSet<>(network.inputs());
    boundary.addAll(network.outputs().values());
    if (!divisible(network, boundary)) {
      return none(network, batch, Set.of());
    }
    Slices slices = new Cutter(network, batch, boundary, numerics).cut();
    boolean whole = slices.segments.size() == 1 && slices.segments.get(0).slice() == batch;
    return whole ? none(network, batch, Set.of()) : slices;
  }

  /**
   * Whether it is a convolutional network that computes each example by itself, and whose inputs
   * and outputs are batches that share no memory.
   */
  private static boolean divisible(Network network, Set<Value> boundary) {
    return network.nodes().stream().anyMatch(node -> node.op() instanceof Conv2d)
        && boundary.stream().allMatch(value -> value.shape().isBatched())
        && network.nodes().stream()
            .noneMatch(node -> node.op().mixesExamples() || isReshapeAt(node, boundary));
  }

  /** A reshape gives its input's memory another shape, which works only in the arena. */
  private static boolean isReshapeAt(Node node, Set<Value> boundary) {
    return node.op() instanceof Reshape
        && (boundary.contains(node.output())
            || node.inputs().stream().anyMatch(boundary::contains));
  }

  /** Cuts between two nodes if only one value is passed on and the slice can at least double. */
  private static final class Cutter {
    private final List<Node> nodes;
    private final int batch;
    private final MemoryPlan single;
    private final Set<Value> external;
    private final Map<Value, Integer> lastRead = new HashMap<>();

    Cutter(Network network, int batch, Set<Value> boundary, Numerics numerics) {
      this.nodes = network.nodes();
      this.batch = batch;
      this.single = CpuProgram.memoryPlan(network, value -> 1, boundary, numerics);
      this.external = new HashSet<>(boundary);
      for (int step = 0; step < nodes.size(); step++) {
        for (Value value : nodes.get(step).inputs()) {
          lastRead.put(value, step);
        }
      }
    }

    Slices cut() {
      List<Segment> segments = new ArrayList<>();
      int start = 0;
      int slice = batch;
      int blockSlice = batch;
      int blockStart = 0;
      for (int step = 0; step < nodes.size(); step++) {
        blockSlice = Math.min(blockSlice, slice(step));
        Value passing = passing(step);
        if (passing == null && step < nodes.size() - 1) {
          continue;
        }
        if (blockStart > start && blockSlice >= 2 * slice) {
          segments.add(new Segment(nodes.subList(start, blockStart), slice));
          external.add(nodes.get(blockStart - 1).output());
          start = blockStart;
          slice = blockSlice;
        }
        slice = Math.min(slice, blockSlice);
        blockStart = step + 1;
        blockSlice = batch;
      }
      segments.add(new Segment(nodes.subList(start, nodes.size()), slice));
      return new Slices(segments, external);
    }

    /** The largest divisor of the batch for which the values at a node fit into the caches. */
    private int slice(int step) {
      long fitting = CACHED_BYTES / Math.max(1, single.liveBytes(step));
      int slice = (int) Math.max(1, Math.min(batch, fitting));
      while (batch % slice != 0) {
        slice--;
      }
      return slice;
    }

    /** The node's output if it is the only value read later, and may lie outside the arena. */
    private Value passing(int step) {
      Value output = nodes.get(step).output();
      for (int earlier = 0; earlier < step; earlier++) {
        for (Value value : nodes.get(earlier).outputs()) {
          if (lastRead.getOrDefault(value, -1) > step) {
            return null;
          }
        }
      }
      boolean stays = external.contains(output) || isReshapeAt(nodes.get(step), Set.of(output));
      return stays || !output.shape().isBatched() || isReshapedOrAdded(output) ? null : output;
    }

    /** A residual from outside the arena cannot be added in place. */
    private boolean isReshapedOrAdded(Value value) {
      return nodes.stream()
          .anyMatch(
              node ->
                  node.inputs().lastIndexOf(value) > 0
                      || node.inputs().contains(value) && node.op() instanceof Reshape);
    }
  }
}
