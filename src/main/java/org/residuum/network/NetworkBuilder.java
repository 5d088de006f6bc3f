package org.residuum.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Input;
import org.residuum.network.op.Op;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.Window;

/**
 * Appends nodes to a list, infers their shapes and numbers their values; {@link #build} closes the
 * list.
 */
public final class NetworkBuilder {
  private final String networkName;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private int values;

  public NetworkBuilder(String networkName) {
    this.networkName = networkName;
  }

  /** A value the caller supplies; batched shapes start with {@link Shape#N}. */
  public Value input(String name, Shape shape) {
    return append(name, new Input(shape), List.of(), List.of());
  }

  /** Convolution without bias, as batch norm follows it; parameter {@code name.weight}. */
  public Value conv2d(String name, Value x, int outChannels, Window window) {
    return conv2d(name, x, new Conv2d(outChannels, window, 1, false, Epilogue.NONE));
  }

  public Value conv2d(String name, Value x, Conv2d op) {
    return layer(name, op, x);
  }

  /** Dense layer with bias; parameters {@code name.weight} and {@code name.bias}. */
  public Value dense(String name, Value x, int outFeatures) {
    return dense(name, x, new Dense(outFeatures, true, Epilogue.NONE));
  }

  public Value dense(String name, Value x, Dense op) {
    return layer(name, op, x);
  }

  /**
   * Batch norm with PyTorch's epsilon and momentum; parameters as {@code nn.BatchNorm2d} names
   * them.
   */
  public Value batchNorm(String name, Value x) {
    return batchNorm(name, x, BatchNorm.EPSILON, false);
  }

  /**
   * Batch norm.
   *
   * @param closesBranch whether it is the last one of a residual branch
   */
  public Value batchNorm(String name, Value x, float epsilon, boolean closesBranch) {
    BatchNorm op = new BatchNorm(epsilon, BatchNorm.MOMENTUM, false, Activation.NONE);
    List<ParameterSpec> parameters = parameters(name, op, List.of(x));
    if (closesBranch) {
      ParameterSpec gamma = parameters.get(0);
      parameters.set(0, new ParameterSpec(gamma.name(), gamma.shape(), gamma.role(), true));
    }
    return append(name, op, List.of(x), parameters);
  }

  public Value relu(String name, Value x) {
    return layer(name, new Activate(Activation.RELU), x);
  }

  public Value add(String name, Value a, Value b) {
    return layer(name, new Add(Activation.NONE), a, b);
  }

  public Value pool(String name, Value x, Pool2d op) {
    return layer(name, op, x);
  }

  public Value globalAveragePool(String name, Value x) {
    return layer(name, new GlobalAveragePool(), x);
  }

  /** (N, ...) → (N, F). */
  public Value flatten(String name, Value x) {
    Shape shape =
        x.shape().isBatched()
            ? Shape.batch(x.shape().elements())
            : Shape.of(x.shape().extent(0), x.shape().elements() / x.shape().extent(0));
    return layer(name, new Reshape(shape), x);
  }

  public Value softmax(String name, Value x) {
    return layer(name, new Softmax(), x);
  }

  /** Any operation, its parameters named {@code name.weight}, {@code name.bias} and so on. */
  public Value layer(String name, Op op, Value... inputs) {
    List<Value> read = List.of(inputs);
    return append(name, op, read, parameters(name, op, read));
  }

  /** Appends any node with one output. */
  public Value append(String name, Op op, List<Value> inputs, List<ParameterSpec> parameters) {
    return appendAll(name, op, inputs, parameters).get(0);
  }

  /** Appends any node and gives all its outputs. */
  public List<Value> appendAll(
      String name, Op op, List<Value> inputs, List<ParameterSpec> parameters) {
    List<ElementType> floats = Collections.nCopies(infer(name, op, inputs).size(), ElementType.F32);
    return appendAll(name, op, inputs, parameters, floats);
  }

  /**
   * The same with outputs of other types than 32-bit floats.
   *
   * @param types one an output
   */
  public List<Value> appendAll(
      String name,
      Op op,
      List<Value> inputs,
      List<ParameterSpec> parameters,
      List<ElementType> types) {
    List<Shape> shapes = infer(name, op, inputs);
    if (types.size() != shapes.size()) {
      throw new IllegalArgumentException(
          "node " + name + " has outputs " + shapes + ", but element types " + types);
    }
    List<Value> made = new ArrayList<>();
    for (Shape shape : shapes) {
      String suffix = made.isEmpty() ? "" : "#" + made.size();
      made.add(new Value(values++, name + suffix, shape, types.get(made.size())));
    }
    nodes.add(new Node(name, op, inputs, parameters, made));
    return made;
  }

  /** Names a value as a result of the network. */
  public void output(String name, Value value) {
    if (outputs.put(name, value) != null) {
      throw new IllegalArgumentException(networkName + " already has an output " + name);
    }
  }

  /** The finished network, validated. */
  public Network build() {
    return new Network(networkName, nodes, outputs);
  }

  static List<Shape> infer(String name, Op op, List<Value> inputs) {
    List<Shape> shapes = inputs.stream().map(Value::shape).toList();
    try {
      return op.outputs(shapes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "node " + name + " (" + op.label() + ") on " + shapes + ": " + e.getMessage(), e);
    }
  }

  private static List<ParameterSpec> parameters(String name, Op op, List<Value> inputs) {
    infer(name, op, inputs);
    List<Shape> shapes = op.parameters(inputs.stream().map(Value::shape).toList());
    List<ParameterSpec> specs = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      ParameterSpec.Role role = op.roles().get(i);
      specs.add(new ParameterSpec(name + "." + role.suffix(), shapes.get(i), role));
    }
    return specs;
  }
}
