package org.residuum.format.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;
import org.residuum.network.Network;
import org.residuum.network.Shape;

/**
 * Reads a file: decodes what the outputs need, then imports with a free batch size or as stated.
 */
final class OnnxReader {
  private final MappedFile file;
  private final ModelProto model;
  private final List<NodeProto> nodes;
  private final Map<String, Constant> constants = new HashMap<>();
  private final Tensors tensors;
  private final int opset;

  private OnnxReader(MappedFile file, String output, Map<String, Constant> bound)
      throws IOException {
    this.file = file;
    ModelProto whole = ModelProto.read(file.path(), file.slice(0, file.size()));
    this.model = output == null ? whole : whole.only(file.path(), output);
    this.opset = opset(model.opset());
    this.tensors = new Tensors(file.path(), file.isInMemory(), budget());
    List<NodeProto> stated = GraphOrder.of(file.path(), model.graph());
    GraphProto graph = Operators.recognize(model.graph(), tensors);
    this.nodes = graph == model.graph() ? stated : GraphOrder.of(file.path(), graph);
    constants.putAll(bound);
    decodeUsed();
  }

  /**
   * Imports a file.
   *
   * @param output the one output that is meant, or null for all
   */
  static OnnxModel read(Path path, String output) throws IOException {
    MappedFile file = MappedFile.open(path);
    if (file.size() > Integer.MAX_VALUE) {
      throw new FormatException(
          path, "is over 2 GiB, protobuf's limit; keep its weights as external data");
    }
    return file.read(mapped -> read(mapped, output));
  }

  static OnnxModel read(MappedFile file, String output) throws IOException {
    return new OnnxReader(file, output, Map.of()).read();
  }

  /**
   * Imports a file.
   *
   * @param bound constants in place of inputs of the graph
   */
  static OnnxModel read(MappedFile file, Map<String, Constant> bound) throws IOException {
    return new OnnxReader(file, null, bound).read();
  }

  private int opset(long stated) throws FormatException {
    if (stated < OnnxModel.OLDEST_OPSET || stated > OnnxModel.NEWEST_OPSET) {
      throw new FormatException(
          file.path(),
          "opset "
              + stated
              + " is outside "
              + OnnxModel.OLDEST_OPSET
              + ".."
              + OnnxModel.NEWEST_OPSET
              + "; export the model with one of those");
    }
    return (int) stated;
  }

  private Budget budget() {
    return Budget.tensors(file.path(), file.size());
  }

  private void decodeUsed() throws IOException {
    Set<String> used = new HashSet<>();
    nodes.forEach(node -> used.addAll(node.inputs()));
    model.graph().outputs().forEach(output -> used.add(output.name()));
    for (TensorProto tensor : model.graph().initializers()) {
      if (used.contains(tensor.name())) {
        constants.put(tensor.name(), tensors.decode(tensor));
      }
    }
  }

  private OnnxModel read() throws IOException {
    List<ValueInfo> inputs = inputs();
    int batch = statedBatch(inputs);
    if (batch < 0) {
      return run(inputs, -1, "");
    }
    try {
      return run(inputs, batch, "");
    } catch (FormatException freeBatch) {
      try {
        return run(inputs, -1, freeBatch.getMessage());
      } catch (FormatException asStated) {
        asStated.addSuppressed(freeBatch);
        throw asStated;
      }
    }
  }

  private List<ValueInfo> inputs() throws FormatException {
    Set<String> initializers = new HashSet<>();
    model.graph().initializers().forEach(tensor -> initializers.add(tensor.name()));
    List<ValueInfo> inputs = new ArrayList<>();
    for (ValueInfo input : model.graph().inputs()) {
      if (!constants.containsKey(input.name()) && !initializers.contains(input.name())) {
        check(input);
        inputs.add(input);
      }
    }
    return inputs;
  }

  private void check(ValueInfo input) throws FormatException {
    if (input.type() == null || !input.type().isFloat()) {
      throw error(input, "its type is " + input.type() + "; only tensors of floats can be fed");
    }
    if (input.extents() == null) {
      throw error(input, "it states no shape; export it with one");
    }
    for (int axis = 0; axis < input.extents().size(); axis++) {
      long extent = input.extents().get(axis);
      boolean free = isFree(input, axis);
      if (free && axis > 0) {
        throw error(
            input,
            "axis "
                + axis
                + " has a free extent; only the first, the batch, may: export it with a number");
      }
      if (!free && (extent < 1 || extent > Integer.MAX_VALUE)) {
        throw error(input, "extent " + extent + " is outside 1..2^31-1");
      }
    }
  }

  /** Whether the extent is to be chosen by who runs it; a batch of 0 stands for that, too. */
  private static boolean isFree(ValueInfo input, int axis) {
    long extent = input.extents().get(axis);
    return extent == ValueInfo.SYMBOLIC || (extent == 0 && axis == 0);
  }

  /** The batch size that all inputs state; -1 where one of them leaves it free already. */
  private static int statedBatch(List<ValueInfo> inputs) {
    int batch = -1;
    for (ValueInfo input : inputs) {
      List<Long> extents = input.extents();
      if (!extents.isEmpty() && isFree(input, 0)) {
        return -1;
      }
      if (batch < 0 && extents.size() > 1) {
        batch = Math.toIntExact(extents.get(0));
      }
    }
    return batch;
  }

  /** One import; a batch size of 0 or more is made free. */
  private OnnxModel run(List<ValueInfo> inputs, int freed, String fixedBatch)
      throws FormatException {
    String name = model.graph().name();
    GraphImport graph =
        new GraphImport(
            file.path(),
            name.isEmpty() ? baseName() : name,
            opset,
            model.functions(),
            budget(),
            tensors);
    graph.freeBatch(freed);
    constants.forEach(graph::define);
    for (ValueInfo input : inputs) {
      graph.input(input.name(), shape(input, freed));
    }
    Network network = graph.run(nodes, model.graph().outputs());
    List<String> names = inputs.stream().map(ValueInfo::name).toList();
    return new OnnxModel(
        network, graph.parameters(), names, opset, model.producer(), fixedBatch, model.metadata());
  }

  private Shape shape(ValueInfo input, int freed) throws FormatException {
    int[] extents = input.extents().stream().mapToInt(Math::toIntExact).toArray();
    if (extents.length > 0 && isFree(input, 0)) {
      extents[0] = Shape.N;
    }
    if (freed >= 0 && extents.length > 1 && extents[0] == freed) {
      extents[0] = Shape.N;
    }
    try {
      return Shape.of(extents);
    } catch (IllegalArgumentException e) {
      throw error(input, e.getMessage());
    }
  }

  private String baseName() {
    String name = String.valueOf(file.path().getFileName());
    return name.endsWith(".onnx") ? name.substring(0, name.length() - 5) : name;
  }

  private FormatException error(ValueInfo input, String problem) {
    return new FormatException(
        file.path(), "input " + FormatException.quote(input.name()), problem);
  }
}
