package org.residuum.network;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.network.op.Add;

/**
 * A residual network without its shortcuts, as He et al. 2015 compare (figure 3, middle): each
 * block is F(x) in place of F(x) + x, all else is the same.
 */
final class PlainNetwork {
  private final Network residual;
  private final NetworkBuilder net;

  /** By an old value what stands for it: of a sum the branch, which is its first operand. */
  private final Map<Value, Value> branchOf = new HashMap<>();

  private final Map<Value, Value> made = new HashMap<>();

  private PlainNetwork(Network residual) {
    this.residual = residual;
    this.net = new NetworkBuilder("plain-" + residual.name());
  }

  /**
   * The plain form.
   *
   * @param residual built by {@link ResidualBlocks}, where each addition is F(x) + shortcut
   */
  static Network of(Network residual) {
    return new PlainNetwork(residual).build();
  }

  private Network build() {
    Set<Value> needed = needed();
    for (Node node : residual.nodes()) {
      if (!(node.op() instanceof Add) && node.outputs().stream().anyMatch(needed::contains)) {
        copy(node);
      }
    }
    residual.outputs().forEach((name, value) -> net.output(name, made.get(branch(value))));
    return net.build();
  }

  /** What the outputs need without the shortcuts; projections and padding are not among it. */
  private Set<Value> needed() {
    List<Node> nodes = residual.nodes();
    for (Node node : nodes) {
      if (node.op() instanceof Add) {
        branchOf.put(node.output(), branch(node.inputs().get(0)));
      }
    }
    Set<Value> needed = new HashSet<>();
    residual.outputs().values().forEach(value -> needed.add(branch(value)));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (nodes.get(i).outputs().stream().anyMatch(needed::contains)) {
        nodes.get(i).inputs().forEach(value -> needed.add(branch(value)));
      }
    }
    return needed;
  }

  private Value branch(Value value) {
    return branchOf.getOrDefault(value, value);
  }

  private void copy(Node node) {
    List<Value> inputs = node.inputs().stream().map(value -> made.get(branch(value))).toList();
    List<ParameterSpec> parameters =
        node.parameters().stream()
            .map(spec -> new ParameterSpec(spec.name(), spec.shape(), spec.role()))
            .toList();
    List<Value> outputs = net.appendAll(node.name(), node.op(), inputs, parameters);
    for (int i = 0; i < outputs.size(); i++) {
      made.put(node.outputs().get(i), outputs.get(i));
    }
  }
}
