package org.residuum.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.network.op.Op;

/**
 * Writes a network anew, node by node, and keeps track of which new value stands for which old one.
 */
final class Rewriter {
  private final Network old;
  private final Function<Value, ElementType> types;
  private final NetworkBuilder net;
  private final Map<Value, Value> replacement = new HashMap<>();

  Rewriter(Network old) {
    this(old, Value::type);
  }

  /** A rewriter that gives values other element types. */
  Rewriter(Network old, Function<Value, ElementType> types) {
    this.old = old;
    this.types = types;
    this.net = new NetworkBuilder(old.name());
  }

  /** The node as it was. */
  void copy(Node node) {
    append(node, node.op(), node.inputs(), node.output());
  }

  /**
   * A node under {@code origin}'s name with its parameters, whose first output stands for {@code
   * replaced}.
   */
  void append(Node origin, Op op, List<Value> oldInputs, Value replaced) {
    append(origin, op, oldInputs, origin.parameters(), replaced);
  }

  void append(
      Node origin, Op op, List<Value> oldInputs, List<ParameterSpec> parameters, Value replaced) {
    List<Value> inputs = oldInputs.stream().map(replacement::get).toList();
    List<ElementType> madeTypes = origin.outputs().stream().map(types).toList();
    List<Value> made = net.appendAll(origin.name(), op, inputs, parameters, madeTypes);
    for (int i = 0; i < made.size(); i++) {
      replacement.put(origin.outputs().get(i), made.get(i));
    }
    replacement.put(replaced, made.get(0));
  }

  Network build() {
    old.outputs().forEach((name, value) -> net.output(name, replacement.get(value)));
    return net.build();
  }
}
