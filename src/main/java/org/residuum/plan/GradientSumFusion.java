package org.residuum.plan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.op.Add;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Op;
import org.residuum.network.op.Subsample;

/**
 * Fuses the sum of two gradients of a value into the node that makes one of them, which then adds
 * onto the other, as at the start of a residual branch, where branch and shortcut meet.
 * Convolutions of stride 1 in one group do so, and subsampling, which then skips the pixels that it
 * drops.
 */
public final class GradientSumFusion {
  private final Network network;
  private final Map<Value, Node> maker = new HashMap<>();
  private final Map<Value, Integer> reads = new HashMap<>();
  private final Map<Node, Node> partOf = new HashMap<>();

  private GradientSumFusion(Network network) {
    this.network = network;
    for (Node node : network.nodes()) {
      node.outputs().forEach(value -> maker.put(value, node));
      node.inputs().forEach(value -> reads.merge(value, 1, Integer::sum));
    }
  }

  /** The fused network. */
  public static Network apply(Network network) {
    GradientSumFusion pass = new GradientSumFusion(network);
    for (Node node : network.nodes()) {
      Node part = pass.part(node);
      if (part != null) {
        pass.partOf.put(node, part);
      }
    }
    return pass.emit();
  }

  /** The operand of a sum that absorbs it, the later of two; null for none. */
  private Node part(Node sum) {
    boolean plain =
        sum.op() instanceof Add add
            && add.activation().isNone()
            && !sum.inputs().get(0).equals(sum.inputs().get(1));
    if (!plain) {
      return null;
    }
    Node chosen = null;
    for (Value operand : sum.inputs()) {
      Node node = maker.get(operand);
      if (takesSum(node.op()) && isReadOnce(operand) && !isSubsampling(chosen)) {
        chosen = node;
      }
    }
    return chosen;
  }

  private static boolean takesSum(Op op) {
    if (!(op instanceof InputGradient gradient) || gradient.residual()) {
      return false;
    }
    return gradient.forward() instanceof Subsample
        || gradient.forward() instanceof Conv2d conv
            && conv.groups() == 1
            && conv.window().strideY() == 1
            && conv.window().strideX() == 1;
  }

  private boolean isReadOnce(Value value) {
    return reads.get(value) == 1 && !network.outputs().containsValue(value);
  }

  /** It absorbs the sum before others do, as it would otherwise write zeros. */
  private static boolean isSubsampling(Node chosen) {
    return chosen != null && ((InputGradient) chosen.op()).forward() instanceof Subsample;
  }

  private Network emit() {
    Set<Node> absorbed = new HashSet<>(partOf.values());
    Rewriter out = new Rewriter(network);
    for (Node node : network.nodes()) {
      Node part = partOf.get(node);
      if (part != null) {
        InputGradient fused = ((InputGradient) part.op()).withResidual();
        out.append(part, fused, List.of(part.inputs().get(0), other(node, part)), node.output());
      } else if (!absorbed.contains(node)) {
        out.copy(node);
      }
    }
    return out.build();
  }

  private static Value other(Node sum, Node part) {
    List<Value> operands = sum.inputs();
    return operands.get(operands.get(0).equals(part.output()) ? 1 : 0);
  }
}
