package org.residuum.backend.reference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;

/** What the node under way reads, and where its results go. */
final class Operands {
  private final Map<String, double[]> parameters;
  private final int batch;
  private final Map<Value, double[]> values = new HashMap<>();
  private Node node;

  Operands(Map<String, double[]> parameters, int batch) {
    this.parameters = parameters;
    this.batch = batch;
  }

  void begin(Node next) {
    node = next;
  }

  Map<Value, double[]> values() {
    return values;
  }

  int inputs() {
    return node.inputs().size();
  }

  double[] input(int index) {
    return values.get(node.inputs().get(index));
  }

  /** Null for one that the node does not have. */
  double[] parameter(int index) {
    List<ParameterSpec> specs = node.parameters();
    return index < specs.size() ? parameters.get(specs.get(index).name()) : null;
  }

  private int indexOfDy() {
    return node.op() instanceof InputGradient gradient ? gradient.indexOfDy() : inputs() - 1;
  }

  /** The gradient of the forward result. */
  double[] dy() {
    return input(indexOfDy());
  }

  /** The extents of the forward operation's x, in its gradient, too. */
  Dims dimsX() {
    boolean backward = node.op() instanceof InputGradient;
    return dims(backward ? ((InputGradient) node.op()).inputShape() : node.inputs().get(0).shape());
  }

  /** The extents of the result. */
  Dims dimsY() {
    return dims(node.output().shape());
  }

  /** The extents of dy. */
  Dims dimsDy() {
    return dims(node.inputs().get(indexOfDy()).shape());
  }

  private Dims dims(Shape shape) {
    return Dims.of(shape, batch);
  }

  /** All extents of an input. */
  int[] extents(int input) {
    return extents(node.inputs().get(input));
  }

  /** All extents of the result. */
  int[] extents() {
    return extents(node.output());
  }

  private int[] extents(Value value) {
    return value.shape().withBatch(batch).toArray();
  }

  /** Takes the results; an input gradient is added onto the residual that the node has. */
  void result(double[]... results) {
    boolean residual = node.op() instanceof InputGradient gradient && gradient.residual();
    double[] first = residual ? Pointwise.sum(results[0], input(inputs() - 1)) : results[0];
    values.put(node.output(), first);
    for (int i = 1; i < results.length; i++) {
      values.put(node.outputs().get(i), results[i]);
    }
  }
}
