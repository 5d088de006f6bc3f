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
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.BatchNorm;

/**
 * Moves the gradient of a ReLU into the gradient of the batch norm it is fused to, so that dy is
 * masked as it is read. Runs after {@link EpilogueFusion}.
 */
public final class MaskFusion {
  private MaskFusion() {}

  /** The fused network. */
  public static Network apply(Network network) {
    Map<Value, Node> maker = new HashMap<>();
    Map<Value, Integer> reads = new HashMap<>();
    network.nodes().forEach(node -> node.outputs().forEach(value -> maker.put(value, node)));
    network
        .nodes()
        .forEach(node -> node.inputs().forEach(value -> reads.merge(value, 1, Integer::sum)));
    Map<Node, Node> maskOf = new HashMap<>();
    for (Node node : network.nodes()) {
      Node mask = mask(node, maker);
      if (mask != null && reads.get(mask.output()) == 1) {
        maskOf.put(node, mask);
      }
    }
    Set<Node> masks = new HashSet<>(maskOf.values());
    Rewriter out = new Rewriter(network);
    for (Node node : network.nodes()) {
      Node mask = maskOf.get(node);
      if (mask != null) {
        append(out, node, mask);
      } else if (!masks.contains(node)) {
        out.copy(node);
      }
    }
    return out.build();
  }

  private static void append(Rewriter out, Node gradient, Node mask) {
    BatchNorm forward = (BatchNorm) ((JointGradient) gradient.op()).forward();
    List<Value> x = gradient.inputs();
    List<Value> inputs =
        List.of(x.get(0), x.get(1), x.get(2), mask.inputs().get(0), mask.inputs().get(1));
    JointGradient fused = new JointGradient(forward.with(Activation.RELU));
    out.append(gradient, fused, inputs, gradient.output());
  }

  /**
   * The ReLU gradient before a batch norm's, where that batch norm has the ReLU fused; else null.
   */
  private static Node mask(Node node, Map<Value, Node> maker) {
    if (!(node.op() instanceof JointGradient gradient)
        || !(gradient.forward() instanceof BatchNorm)
        || gradient.forward().isFused()) {
      return null;
    }
    Node before = maker.get(node.inputs().get(3));
    boolean relu =
        before.op() instanceof InputGradient masked
            && masked.forward() instanceof Activate activate
            && activate.activation().equals(Activation.RELU);
    if (!relu) {
      return null;
    }
    Node norm = maker.get(before.inputs().get(0));
    boolean same =
        norm.op() instanceof BatchNorm forward
            && forward.activation().equals(Activation.RELU)
            && norm.outputs().get(1).equals(node.inputs().get(1));
    return same ? before : null;
  }
}
