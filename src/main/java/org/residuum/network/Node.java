package org.residuum.network;

import java.util.List;
import org.residuum.network.op.Op;

/**
 * One step of a network.
 *
 * @param name unique in its network, PyTorch's module path where there is one
 * @param inputs values of earlier nodes
 * @param parameters what it reads by name, in the order of {@link Op#parameters}
 * @param outputs the values it makes
 */
public record Node(
    String name, Op op, List<Value> inputs, List<ParameterSpec> parameters, List<Value> outputs) {
  public Node {
    inputs = List.copyOf(inputs);
    parameters = List.copyOf(parameters);
    outputs = List.copyOf(outputs);
  }

  /** The first output; for most operations the only one. */
  public Value output() {
    return outputs.get(0);
  }

  public List<Shape> inputShapes() {
    return inputs.stream().map(Value::shape).toList();
  }

  /** Floating-point operations for one example. */
  public long flops() {
    return op.flops(inputShapes());
  }

  /** Bytes that have to be read and written at least: values and parameters, once each. */
  public long bytes(int batch) {
    if (inputs.isEmpty()) {
      return 0;
    }
    long sum = 0;
    for (Value value : inputs) {
      sum += value.bytes(batch);
    }
    for (Value value : outputs) {
      sum += value.bytes(batch);
    }
    for (ParameterSpec spec : parameters) {
      sum += (long) spec.shape().elements() * spec.type().bytes();
    }
    return sum;
  }
}
