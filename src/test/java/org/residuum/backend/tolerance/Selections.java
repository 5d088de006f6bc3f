package org.residuum.backend.tolerance;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Op;
import org.residuum.network.op.Pool2d;

/**
 * What the gradients of ReLUs, clips and maximum pools select by: the saved values that say which
 * elements of dy pass. A value that rounds to the other side of 0 changes a gradient by a whole
 * term, which no bound on roundings covers; given the selections of another run, a gradient is
 * smooth in everything that rounds.
 */
public final class Selections {
  private static final String PREFIX = "saved/";

  private Selections() {}

  public static boolean isSaved(String output) {
    return output.startsWith(PREFIX);
  }

  /** The training network with the values that are selected by as outputs {@code saved/...}. */
  public static Network showing(Network training) {
    NetworkBuilder net = new NetworkBuilder(training.name());
    Map<Value, Value> twin = new HashMap<>();
    Map<String, Value> saved = new LinkedHashMap<>();
    for (Node node : training.nodes()) {
      if (selects(node.op())) {
        Value value = node.inputs().get(0);
        saved.put(name(value), twin.get(value));
      }
      append(net, node, node.inputs().stream().map(twin::get).toList(), twin);
    }
    training.outputs().forEach((name, value) -> net.output(name, twin.get(value)));
    saved.forEach(net::output);
    return net.build();
  }

  /** The training network whose gradients select by inputs {@code saved/...}. */
  public static Network given(Network training) {
    NetworkBuilder net = new NetworkBuilder(training.name());
    Map<Value, Value> twin = new HashMap<>();
    Map<Value, Value> given = new HashMap<>();
    for (Node node : training.nodes()) {
      if (selects(node.op())) {
        Value value = node.inputs().get(0);
        given.computeIfAbsent(value, v -> net.input(name(v), v.shape()));
        append(net, node, List.of(given.get(value), twin.get(node.inputs().get(1))), twin);
      } else {
        append(net, node, node.inputs().stream().map(twin::get).toList(), twin);
      }
    }
    training.outputs().forEach((name, value) -> net.output(name, twin.get(value)));
    return net.build();
  }

  private static void append(
      NetworkBuilder net, Node node, List<Value> inputs, Map<Value, Value> twin) {
    List<Value> made = net.appendAll(node.name(), node.op(), inputs, node.parameters());
    for (int i = 0; i < made.size(); i++) {
      twin.put(node.outputs().get(i), made.get(i));
    }
  }

  private static boolean selects(Op op) {
    if (!(op instanceof InputGradient gradient)) {
      return false;
    }
    return gradient.forward() instanceof Activate activate
        ? activate.activation().kind() != Activation.Kind.SIGMOID
        : gradient.forward() instanceof Pool2d pool && pool.kind() == Pool2d.Kind.MAX;
  }

  private static String name(Value value) {
    return PREFIX + value.id();
  }

  /** How many elements are zero in one run and not in the other. */
  public static long flips(double[] a, double[] b) {
    long flips = 0;
    for (int i = 0; i < a.length; i++) {
      flips += a[i] > 0 != b[i] > 0 ? 1 : 0;
    }
    return flips;
  }
}
