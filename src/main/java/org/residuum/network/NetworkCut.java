package org.residuum.network;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.network.op.Input;
import org.residuum.text.NearestName;

/** The part of a network that computes one value. */
final class NetworkCut {
  private NetworkCut() {}

  static Network of(Network network, String name) {
    Value wanted = find(network, name);
    Set<Value> needed = new HashSet<>(Set.of(wanted));
    List<Node> nodes = network.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (nodes.get(i).outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(nodes.get(i).inputs());
      }
    }
    NetworkBuilder net = new NetworkBuilder(network.name());
    Map<Value, Value> renumbered = new HashMap<>();
    for (Node node : nodes) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        copy(net, node, renumbered);
      }
    }
    net.output(wanted.name(), renumbered.get(wanted));
    return net.build();
  }

  private static void copy(NetworkBuilder net, Node node, Map<Value, Value> renumbered) {
    List<Value> made =
        net.appendAll(
            node.name(),
            node.op(),
            node.inputs().stream().map(renumbered::get).toList(),
            node.parameters(),
            node.outputs().stream().map(Value::type).toList());
    for (int i = 0; i < made.size(); i++) {
      renumbered.put(node.outputs().get(i), made.get(i));
    }
  }

  /** The value of that name, or the last one of the module of that name. */
  private static Value find(Network network, String name) {
    Map<String, Value> values = new LinkedHashMap<>();
    Value last = null;
    for (Node node : network.nodes()) {
      if (node.op() instanceof Input) {
        continue;
      }
      node.outputs().forEach(value -> values.put(value.name(), value));
      last = node.name().startsWith(name + ".") ? node.output() : last;
    }
    Value found = values.getOrDefault(name, last);
    if (found == null) {
      throw new IllegalArgumentException(
          network.name()
              + " has no layer "
              + name
              + NearestName.didYouMean(name, values.keySet())
              + "; residuum inspect lists them");
    }
    return found;
  }
}
