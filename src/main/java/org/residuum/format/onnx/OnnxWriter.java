package org.residuum.format.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.residuum.format.file.AtomicFile;
import org.residuum.format.protobuf.Message;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.op.Input;

/** Writes a network and its parameters as a {@code ModelProto}. */
final class OnnxWriter {
  /** The oldest version of the file format for each opset, from opset 11 on (ONNX, Versioning). */
  private static final int[] IR_VERSIONS = {6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 10};

  private final Network network;
  private final Parameters parameters;
  private final int opset;
  private final GraphWriter graph = new GraphWriter();
  private final Map<Value, String> names = new HashMap<>();

  OnnxWriter(Network network, Parameters parameters, int opset) {
    if (opset < OnnxModel.OLDEST_WRITTEN_OPSET || opset > OnnxModel.NEWEST_OPSET) {
      throw new IllegalArgumentException(
          "opset "
              + opset
              + " cannot be written, "
              + OnnxModel.OLDEST_WRITTEN_OPSET
              + ".."
              + OnnxModel.NEWEST_OPSET
              + " can");
    }
    this.network = network;
    this.parameters = parameters;
    this.opset = opset;
  }

  void write(Path path, Map<String, String> metadata) throws IOException {
    Message model = model();
    metadata.forEach((key, value) -> model.message(14, new Message().text(1, key).text(2, value)));
    if (model.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          network.name() + " needs " + model.size() + " bytes; an ONNX file holds 2^31-1 at most");
    }
    AtomicFile.write(path, model::writeTo);
  }

  private Message model() {
    Message operators = new Message().text(1, "").integer(2, opset);
    return new Message()
        .integer(1, IR_VERSIONS[opset - OnnxModel.OLDEST_WRITTEN_OPSET])
        .text(2, "residuum")
        .message(8, operators)
        .message(7, graph());
  }

  private Message graph() {
    reserveNames();
    Export export = new Export(graph, names, opset);
    for (Node node : network.nodes()) {
      if (node.op() instanceof Input) {
        graph.input(names.get(node.output()), node.output().shape());
      } else {
        names.computeIfAbsent(node.output(), value -> graph.unique(value.name()));
        Operators.write(export, node);
      }
    }
    network.outputs().forEach(this::output);
    network.parameters().forEach(spec -> initializer(spec, export.shape(spec)));
    return graph.message().text(2, network.name());
  }

  /** Inputs, outputs and parameters keep their names; the values between them step aside. */
  private void reserveNames() {
    network.inputs().forEach(value -> names.put(value, reserve("input", value.name())));
    network.outputs().keySet().forEach(name -> reserve("output", name));
    network.parameters().forEach(spec -> reserve("parameter", spec.name()));
    network.outputs().forEach((name, value) -> names.putIfAbsent(value, name));
  }

  private String reserve(String what, String name) {
    String free = graph.unique(name);
    if (!free.equals(name)) {
      throw new IllegalArgumentException(
          network.name()
              + ": "
              + what
              + " "
              + name
              + " has a name that is already taken; rename one");
    }
    return name;
  }

  private void output(String name, Value value) {
    if (!names.get(value).equals(name)) {
      graph.node("Identity", name).input(names.get(value)).write(name);
    }
    graph.output(name, value.shape());
  }

  private void initializer(ParameterSpec spec, Shape shape) {
    parameters.requireShape(spec);
    graph.initializer(spec.name(), new Tensor(shape, parameters.get(spec.name()).data()));
  }
}
