package org.residuum.network;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.network.op.Input;

/**
 * A network as a flat list of nodes in single-assignment form. A node reads values of earlier nodes
 * only, so the order of the list is a schedule and no cycle can be written. Immutable; weights live
 * apart, in {@link Parameters}.
 */
public final class Network {
  private final String name;
  private final List<Node> nodes;
  private final Map<String, Value> outputs;
  private final Map<String, ParameterSpec> parameters;

  Network(String name, List<Node> nodes, Map<String, Value> outputs) {
    this.name = name;
    this.nodes = List.copyOf(nodes);
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    Map<String, ParameterSpec> specs = new LinkedHashMap<>();
    for (Node node : nodes) {
      node.parameters().forEach(spec -> specs.putIfAbsent(spec.name(), spec));
    }
    this.parameters = Collections.unmodifiableMap(specs);
    validate();
  }

  public String name() {
    return name;
  }

  public List<Node> nodes() {
    return nodes;
  }

  /** The values that the caller supplies, in order. */
  public List<Value> inputs() {
    return nodes.stream().filter(node -> node.op() instanceof Input).map(Node::output).toList();
  }

  /** The input of that name. */
  public Value input(String inputName) {
    return inputs().stream()
        .filter(value -> value.name().equals(inputName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name + " has no input " + inputName + ", but " + names(inputs())));
  }

  /** The results by name, in order. */
  public Map<String, Value> outputs() {
    return outputs;
  }

  /** The result of that name. */
  public Value output(String outputName) {
    Value value = outputs.get(outputName);
    if (value == null) {
      throw new IllegalArgumentException(
          name + " has no output " + outputName + ", but " + outputs.keySet());
    }
    return value;
  }

  /**
   * The part of it that computes one value: the nodes that the value needs, with that value as the
   * only output, under its own name.
   *
   * @param layer the name of a node, as {@link #toString} shows it, or of a module ({@code layer4},
   *     {@code layer4.1}), whose last node it is
   * @throws IllegalArgumentException where there is none of that name
   */
  public Network upTo(String layer) {
    return NetworkCut.of(this, layer);
  }

  /** What the nodes read, each once, in order of first use. */
  public List<ParameterSpec> parameters() {
    return List.copyOf(parameters.values());
  }

  /** The number of trained parameters, as PyTorch counts them: running statistics apart. */
  public long parameterCount() {
    return parameters.values().stream()
        .filter(spec -> spec.role().isTrained())
        .mapToLong(spec -> spec.shape().elements())
        .sum();
  }

  /** Floating-point operations of the products for one example. */
  public long flops() {
    return nodes.stream().mapToLong(Node::flops).sum();
  }

  public int valueCount() {
    return nodes.stream().mapToInt(node -> node.outputs().size()).sum();
  }

  /**
   * Checks every rule of the form: inputs come earlier, names are unique, shapes and parameters are
   * what the operations infer.
   *
   * @throws IllegalArgumentException naming the node and the rule
   */
  public void validate() {
    Set<String> names = new HashSet<>();
    Set<Value> made = new HashSet<>();
    int next = 0;
    for (Node node : nodes) {
      require(names.add(node.name()), node, "another node has the same name");
      for (Value input : node.inputs()) {
        require(made.contains(input), node, "it reads " + input + ", which no earlier node makes");
      }
      List<Shape> inferred = NetworkBuilder.infer(node.name(), node.op(), node.inputs());
      List<Shape> stated = node.outputs().stream().map(Value::shape).toList();
      require(
          inferred.equals(stated),
          node,
          "its outputs are " + stated + ", its op infers " + inferred);
      checkParameters(node);
      for (Value output : node.outputs()) {
        require(output.id() == next++, node, "value " + output + " is not numbered in order");
        made.add(output);
      }
    }
    outputs.forEach(
        (outputName, value) -> {
          if (!made.contains(value)) {
            throw new IllegalArgumentException(
                name + ": output " + outputName + " is made by no node");
          }
        });
  }

  private void checkParameters(Node node) {
    List<Shape> expected = node.op().parameters(node.inputShapes());
    List<Shape> stated = node.parameters().stream().map(ParameterSpec::shape).toList();
    require(
        expected.equals(stated),
        node,
        "its parameters are " + stated + ", its op needs " + expected);
    for (ParameterSpec spec : node.parameters()) {
      ParameterSpec first = parameters.get(spec.name());
      require(
          first.shape().equals(spec.shape()),
          node,
          "parameter "
              + spec.name()
              + " is "
              + spec.shape()
              + " here and "
              + first.shape()
              + " elsewhere");
    }
  }

  private void require(boolean holds, Node node, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(
          name + ", node " + node.name() + " (" + node.op().label() + "): " + rule);
    }
  }

  private static List<String> names(List<Value> values) {
    return values.stream().map(Value::name).toList();
  }

  /** One line a node: values, shapes, operation, what it reads. */
  @Override
  public String toString() {
    return NetworkPrinter.print(this);
  }
}
