package org.residuum.format.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.op.Activation;

/** What writing a node of a network needs: the graph, the names of values, the opset. */
final class Export {
  private final GraphWriter graph;
  private final Map<Value, String> names;
  private final int opset;
  private final Map<String, Shape> shapes = new HashMap<>();

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

  /** The value that an operator without attributes makes. */
  String make(String opType, String name, String... inputs) {
    GraphWriter.NodeWriter made = graph.node(opType, name);
    for (String input : inputs) {
      made.input(input);
    }
    return made.write(graph.unique(name + ".value"));
  }

  /** The name of a parameter (C), kept in the file so that it meets axis 1 of that many axes. */
  String byChannel(ParameterSpec spec, int rank) {
    int[] extents = new int[Math.max(1, rank - 1)];
    Arrays.fill(extents, 1);
    extents[0] = spec.shape().extent(0);
    shapes.put(spec.name(), Shape.of(extents));
    return spec.name();
  }

  /** The shape in which a parameter is kept in the file. */
  Shape shape(ParameterSpec spec) {
    return shapes.getOrDefault(spec.name(), spec.shape());
  }

  String floats(String wanted, float... values) {
    String name = graph.unique(wanted);
    graph.initializer(name, Tensor.of(Shape.of(values.length), values));
    return name;
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
