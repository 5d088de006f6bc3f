package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.List;
import org.residuum.format.FormatException;

/** The fields of {@code GraphProto} that are read. */
record GraphProto(
    String name,
    List<NodeProto> nodes,
    List<TensorProto> initializers,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs) {
  /** The graph with other nodes and outputs. */
  GraphProto with(List<NodeProto> chosenNodes, List<ValueInfo> chosenOutputs) {
    return new GraphProto(name, chosenNodes, initializers, inputs, chosenOutputs);
  }

  static GraphProto read(Wire wire) throws FormatException {
    String name = "";
    List<NodeProto> nodes = new ArrayList<>();
    List<TensorProto> initializers = new ArrayList<>();
    List<ValueInfo> inputs = new ArrayList<>();
    List<ValueInfo> outputs = new ArrayList<>();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> nodes.add(NodeProto.read(wire.message("NodeProto")));
        case 2 -> name = wire.text();
        case 5 -> initializers.add(TensorProto.read(wire.message("TensorProto")));
        case 11 -> inputs.add(ValueInfo.read(wire.message("ValueInfoProto")));
        case 12 -> outputs.add(ValueInfo.read(wire.message("ValueInfoProto")));
        case 15 -> throw wire.error("sparse initialisers are not supported; export dense ones");
        default -> wire.skip();
      }
    }
    return new GraphProto(name, nodes, initializers, inputs, outputs);
  }
}
