package org.residuum.format.onnx;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.format.FormatException;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Op;

/** One pass over the nodes of a graph that writes the network. */
final class GraphImport {
  private final Path file;
  private final int opset;
  private final Budget budget;
  private final Tensors tensors;
  private final NetworkBuilder net;
  private final Names names = new Names();
  private final Map<String, Item> items = new HashMap<>();
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Constant> sources = new HashMap<>();
  private final Set<String> used = new HashSet<>();
  private final Set<Value> given = new HashSet<>();
  private final Set<String> functions;
  private int fixedBatch = -1;

  /**
   * @param functions the operators that the file itself defines
   */
  GraphImport(
      Path file,
      String networkName,
      int opset,
      Set<String> functions,
      Budget budget,
      Tensors tensors) {
    this.functions = functions;
    this.file = file;
    this.opset = opset;
    this.budget = budget;
    this.tensors = tensors;
    this.net = new NetworkBuilder(networkName);
  }

  int opset() {
    return opset;
  }

  Budget budget() {
    return budget;
  }

  Constant decode(TensorProto tensor) throws FormatException {
    try {
      return tensors.decode(tensor);
    } catch (FormatException e) {
      throw e;
    } catch (java.io.IOException e) {
      throw error("tensor " + FormatException.quote(tensor.name()), e.getMessage());
    }
  }

  /** The batch size that the file states where the network leaves it free; -1 for none. */
  int fixedBatch() {
    return fixedBatch;
  }

  void freeBatch(int stated) {
    fixedBatch = stated;
  }

  /** Whether a number in a shape means the free batch size. */
  boolean isBatch(long extent) {
    return extent == Constant.BATCH || (fixedBatch >= 0 && extent == fixedBatch);
  }

  void define(String name, Item item) {
    items.put(name, item);
  }

  void input(String name, Shape shape) {
    Value value = net.input(names.unique(name), shape);
    given.add(value);
    define(name, new Item.Live(value));
  }

  /** Null for a name not defined. */
  Item find(String name) {
    return items.get(name);
  }

  boolean isUsed(String name) {
    return used.contains(name);
  }

  /** The value of an item that is not constant; deferred nodes are appended first. */
  Value value(String name, Item item) throws FormatException {
    if (item instanceof Item.Live live) {
      return live.value();
    }
    Value value = item instanceof Product product ? product.emit() : ((Selection) item).emit();
    define(name, new Item.Live(value));
    return value;
  }

  Value append(String name, Op op, List<Value> inputs, List<ParameterSpec> specs) {
    return net.append(names.unique(name), op, inputs, specs);
  }

  /** Keeps a parameter and gives its name: the same for the same tensor, else a free one. */
  String parameter(String wanted, Constant tensor) {
    String name = wanted;
    for (int i = 2; sources.containsKey(name); i++) {
      Constant known = sources.get(name);
      if (known.floats() == tensor.floats() && known.shape().equals(tensor.shape())) {
        return name;
      }
      name = wanted + "_" + i;
    }
    sources.put(name, tensor);
    parameters.put(name, new Tensor(tensor.shape(), tensor.floats()));
    return name;
  }

  /** Runs the nodes and closes the network. */
  Network run(List<NodeProto> nodes, List<ValueInfo> outputs) throws FormatException {
    nodes.forEach(node -> used.addAll(node.inputs()));
    outputs.forEach(output -> used.add(output.name()));
    for (NodeProto node : nodes) {
      step(new Step(this, node), node);
    }
    for (ValueInfo output : outputs) {
      net.output(output.name(), result(output.name()));
    }
    return net.build();
  }

  private void step(Step step, NodeProto node) throws FormatException {
    if (functions.contains(node.identifier())) {
      throw step.error(
          "the file defines operator "
              + node.operator()
              + " by a function of its own, which is not supported; inline its functions"
              + " (onnx.inliner.inline_local_functions)");
    }
    Operators.Importer importer = Operators.find(node);
    if (importer == null) {
      throw step.error(
          "operator "
              + node.operator()
              + " is not supported; supported are "
              + String.join(", ", Operators.supported()));
    }
    if (Operators.isOfFile(node)) {
      Signature.check(step, node);
    }
    step.checkOutputs();
    try {
      importer.accept(step);
    } catch (IllegalArgumentException | ArithmeticException e) {
      FormatException named = step.error(e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private Value result(String name) throws FormatException {
    Item item = find(name);
    if (item == null || item instanceof Constant) {
      throw error(
          "output " + FormatException.quote(name),
          "it is constant; an output must depend on the network's input");
    }
    Value value = value(name, item);
    return given.contains(value)
        ? append(name + ".identity", new Activate(Activation.NONE), List.of(value), List.of())
        : value;
  }

  Parameters parameters() {
    return new Parameters(parameters);
  }

  FormatException error(String where, String problem) {
    return new FormatException(file, where, problem);
  }
}
