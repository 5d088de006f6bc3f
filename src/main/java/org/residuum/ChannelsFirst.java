package org.residuum;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Input;
import org.residuum.network.op.Transpose;

/**
 * A network that takes pictures as (N, H, W, C), as exporters of TensorFlow write it, made to take
 * (N, C, H, W). A transposition that the file itself starts with falls away.
 */
final class ChannelsFirst {
  private static final Transpose TO_LAST = new Transpose(List.of(0, 2, 3, 1));
  private static final Transpose TO_FIRST = new Transpose(List.of(0, 3, 1, 2));

  private final Network old;
  private final NetworkBuilder net;
  private final Map<Value, Value> replacement = new HashMap<>();

  /** The pictures by the old input that they stand for. */
  private final Map<Value, Value> pictures = new HashMap<>();

  private ChannelsFirst(Network old) {
    this.old = old;
    this.net = new NetworkBuilder(old.name());
  }

  static Network of(Network network) {
    return new ChannelsFirst(network).rewrite();
  }

  private Network rewrite() {
    for (Node node : old.nodes()) {
      if (node.op() instanceof Input && node.output().shape().rank() == 4) {
        input(node);
      } else if (node.op().equals(TO_FIRST) && pictures.containsKey(node.inputs().get(0))) {
        replacement.put(node.output(), pictures.get(node.inputs().get(0)));
      } else {
        copy(node);
      }
    }
    old.outputs().forEach((name, value) -> net.output(name, replacement.get(value)));
    return net.build();
  }

  private void input(Node node) {
    int[] extents = node.output().shape().toArray();
    Shape first = Shape.of(extents[0], extents[3], extents[1], extents[2]);
    Value picture = net.input(node.name(), first);
    pictures.put(node.output(), picture);
    if (old.nodes().stream().anyMatch(reader -> readsAsIs(reader, node.output()))) {
      Value last = net.append(node.name() + ".nhwc", TO_LAST, List.of(picture), List.of());
      replacement.put(node.output(), last);
    }
  }

  private static boolean readsAsIs(Node reader, Value input) {
    return reader.inputs().contains(input) && !reader.op().equals(TO_FIRST);
  }

  private void copy(Node node) {
    List<Value> inputs = node.inputs().stream().map(replacement::get).toList();
    List<Value> made = net.appendAll(node.name(), node.op(), inputs, node.parameters());
    for (int i = 0; i < made.size(); i++) {
      replacement.put(node.outputs().get(i), made.get(i));
    }
  }
}
