package org.residuum.format.onnx;

import java.util.Locale;
import java.util.Map;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Activation;

/** What writing a node of a network needs: the graph, the names of values, the opset. */
final class Export {
  private final GraphWriter graph;
  private final Map<Value, String> names;
  private final int opset;

  Export(GraphWriter graph, Map<Value, String> names, int opset) {
    this.graph = graph;
    this.names = names;
    this.opset = opset;
  }

  int opset() {
    return opset;
  }

  GraphWriter.NodeWriter node(String opType, String name) {
    return graph.node(opType, name);
  }

  /** An operator that reads the node's first input. */
  GraphWriter.NodeWriter start(String opType, Node node) {
    return graph.node(opType, node.name()).input(input(node, 0));
  }

  String input(Node node, int index) {
    return names.get(node.inputs().get(index));
  }

  String unique(String wanted) {
    return graph.unique(wanted);
  }

  String integers(String wanted, long... values) {
    return graph.integers(wanted, values);
  }

  String scalar(String wanted, float value) {
    return graph.scalar(wanted, value);
  }

  /** The operator makes the node's result. */
  void finish(Node node, GraphWriter.NodeWriter made) {
    made.write(names.get(node.output()));
  }

  /** The same behind an activation. */
  void finish(Node node, GraphWriter.NodeWriter made, String between, Activation activation) {
    if (activation.isNone()) {
      finish(node, made);
    } else {
      String x = made.write(graph.unique(node.name() + "." + between));
      String name = node.name() + "." + activation.kind().name().toLowerCase(Locale.ROOT);
      finish(node, Pointwise.activate(this, name, activation, x));
    }
  }
}
