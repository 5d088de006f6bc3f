package org.residuum.format.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.residuum.format.FormatException;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Op;
import org.residuum.network.op.Reshape;

/** One ONNX node on its way into the network: its inputs, its attributes and its results. */
final class Step {
  private final GraphImport graph;
  private final NodeProto node;
  private final String name;

  Step(GraphImport graph, NodeProto node) {
    this.graph = graph;
    this.node = node;
    this.name = Names.of(node);
  }

  int opset() {
    return graph.opset();
  }

  GraphImport graph() {
    return graph;
  }

  String opType() {
    return node.opType();
  }

  // Inputs

  int inputs() {
    return node.inputs().size();
  }

  boolean has(int input) {
    return input < inputs() && !node.inputs().get(input).isEmpty();
  }

  String inputName(int input) {
    return node.inputs().get(input);
  }

  Item item(int input) throws FormatException {
    if (!has(input)) {
      throw error("it has no input " + input);
    }
    Item item = graph.find(inputName(input));
    if (item == null) {
      throw error("its input " + FormatException.quote(inputName(input)) + " is not supported");
    }
    return item;
  }

  /** The input as a value of the network; deferred nodes are appended first. */
  Value value(int input) throws FormatException {
    Item item = item(input);
    if (item instanceof Constant) {
      throw error(
          "its input "
              + FormatException.quote(inputName(input))
              + " is constant; it must depend on the network's input");
    }
    return graph.value(inputName(input), item);
  }

  /** The input as a constant. */
  Constant constant(int input, String what) throws FormatException {
    if (item(input) instanceof Constant constant) {
      return constant;
    }
    throw error(
        what
            + " must be constant, but "
            + FormatException.quote(inputName(input))
            + " depends on the network's input");
  }

  /** The input as a list of integers; a scalar is a list of one. */
  long[] integers(int input, String what) throws FormatException {
    Constant constant = constant(input, what);
    if (constant.isFloat() || constant.rank() > 1) {
      throw error(what + " must be a list of integers, not " + constant);
    }
    return constant.longs();
  }

  // Attributes

  int attributes() {
    return node.attributes().size();
  }

  boolean hasAttribute(String key) {
    return node.attributes().containsKey(key);
  }

  AttributeProto attribute(String key) {
    return node.attributes().get(key);
  }

  long integer(String key, long missing) {
    return hasAttribute(key) ? attribute(key).values().i() : missing;
  }

  float number(String key, float missing) {
    return hasAttribute(key) ? attribute(key).values().f() : missing;
  }

  String text(String key, String missing) {
    return hasAttribute(key) && attribute(key).values().s() != null
        ? attribute(key).values().s()
        : missing;
  }

  /** The list, or null where it is not there. */
  long[] integers(String key) {
    return hasAttribute(key) ? attribute(key).values().ints() : null;
  }

  /** {@code axis} counted from the front. */
  int axis(long axis, int rank) throws FormatException {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw error("there is no axis " + axis + " among " + rank);
    }
    return (int) counted;
  }

  /** Refuses a list of axes, or null for none, that names one of them twice. */
  void requireDistinct(long[] axes, int rank) throws FormatException {
    boolean[] named = new boolean[rank];
    for (int i = 0; axes != null && i < axes.length; i++) {
      int axis = axis(axes[i], rank);
      if (named[axis]) {
        throw error("axis " + axis + " is named twice");
      }
      named[axis] = true;
    }
  }

  // Results

  /** How many outputs have a name. */
  int outputs() {
    return (int) node.outputs().stream().filter(output -> !output.isEmpty()).count();
  }

  void result(Item item) {
    graph.define(node.outputs().get(0), item);
  }

  void result(Value value) {
    result(new Item.Live(value));
  }

  /** Appends a node without parameters; the suffix distinguishes the nodes of one step. */
  Value append(String suffix, Op op, Value... inputs) throws FormatException {
    return append(suffix, op, List.of(), inputs);
  }

  Value append(String suffix, Op op, List<ParameterSpec> parameters, Value... inputs)
      throws FormatException {
    return graph.append(name(suffix), op, Arrays.asList(inputs), parameters);
  }

  /** The value under another shape of as many elements. */
  Value reshape(String suffix, Value x, int... extents) throws FormatException {
    Shape shape = Shape.of(extents);
    return shape.equals(x.shape()) ? x : append(suffix, new Reshape(shape), x);
  }

  /**
   * Registers a parameter.
   *
   * @param tensorName the initialiser's name, kept where it means something; may be null
   * @param kind for example {@code weight}
   */
  ParameterSpec parameter(
      String tensorName, String kind, Constant tensor, ParameterSpec.Role role) {
    boolean keep = tensorName != null && Names.isMeaningful(tensorName);
    String wanted = keep ? tensorName : name(kind);
    return new ParameterSpec(graph.parameter(wanted, tensor), tensor.shape(), role);
  }

  String name(String suffix) {
    return suffix.isEmpty() ? name : name + "." + suffix;
  }

  // Errors

  FormatException error(String problem) {
    return graph.error(title(), problem);
  }

  /** For example {@code node "Conv_3" (Conv) on x (N, 3, 32, 32), w constant (16, 3, 3, 3)}. */
  String title() {
    StringJoiner shapes = new StringJoiner(", ");
    for (int i = 0; i < Math.min(inputs(), 8); i++) {
      String input = inputName(i);
      shapes.add(
          input.isEmpty()
              ? "nothing"
              : FormatException.quote(input) + " " + describe(graph.find(input)));
    }
    return node.title() + (inputs() == 0 ? "" : " on " + shapes);
  }

  private static String describe(Item item) {
    if (item == null) {
      return "unknown";
    }
    StringJoiner text = new StringJoiner(", ", item instanceof Constant ? "constant (" : "(", ")");
    for (int extent : item.extents()) {
      text.add(extent == Shape.N ? "N" : String.valueOf(extent));
    }
    return text.toString();
  }

  void checkOutputs() throws FormatException {
    if (node.outputs().isEmpty() || node.outputs().get(0).isEmpty()) {
      throw error("it has no output");
    }
    for (String output : node.outputs().subList(1, node.outputs().size())) {
      if (graph.isUsed(output)) {
        throw error(
            "its output " + FormatException.quote(output) + " is not supported, the first is");
      }
    }
  }
}
