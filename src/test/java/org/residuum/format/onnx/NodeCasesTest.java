package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.residuum.TestData;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;
import org.residuum.network.Value;

/**
 * The operator cases of the ONNX project, each run on the reference backend and on the CUDA backend
 * with its kernels interpreted. Inputs that carry weights, shapes and bounds are given as
 * constants, as they are in networks.
 */
class NodeCasesTest {
  /** The tolerances of ONNX's own backend tests. */
  private static final double RELATIVE = 1e-3;

  private static final double ABSOLUTE = 1e-7;

  private static final List<TrainingBackend> BACKENDS =
      List.of(new ReferenceBackend(), EmulatedBackend.open(Precision.FP32));

  private static final int CASES = 176;
  private static final int LEAST_PASSED = 120;

  /** The operators whose inputs are all fed at run time. */
  private static final Set<String> ALL_FED = Set.of("Add", "Sub", "Mul", "Div", "Sum", "Concat");

  @Test
  void everyCasePassesOrIsRefusedByName() throws IOException {
    List<Path> cases;
    try (Stream<Path> folders = Files.list(TestData.find("onnx-node-tests"))) {
      cases = folders.filter(Files::isDirectory).sorted().toList();
    }
    Map<String, String> refused = new LinkedHashMap<>();
    Map<String, String> failed = new LinkedHashMap<>();
    int passed = 0;
    for (Path folder : cases) {
      String name = folder.getFileName().toString();
      try {
        String difference = run(folder);
        if (difference.isEmpty()) {
          passed++;
        } else {
          failed.put(name, difference);
        }
      } catch (FormatException e) {
        refused.put(name, e.getMessage().substring(folder.toString().length()));
      }
    }
    print("refused", refused);
    print("failed", failed);
    System.out.printf(
        "%d cases: %d passed, %d refused by name, %d failed%n",
        cases.size(), passed, refused.size(), failed.size());
    assertEquals(CASES, cases.size());
    assertEquals(Map.of(), failed);
    assertTrue(passed >= LEAST_PASSED, passed + " passed");
    refused.forEach((name, message) -> assertTrue(names(message), name + ": " + message));
  }

  /** Whether a refusal names an operator's node, or an input or output. */
  private static boolean names(String message) {
    return message.matches("(?s)/model.onnx, (the .* node|node|input|output) .*");
  }

  private static void print(String what, Map<String, String> cases) {
    cases.forEach((name, message) -> System.out.printf("%-8s %s %s%n", what, name, message));
  }

  /** How the results differ; "" where they agree. */
  private static String run(Path folder) throws IOException {
    Path path = folder.resolve("model.onnx");
    MappedFile file = MappedFile.open(path);
    GraphProto graph = ModelProto.read(path, file.slice(0, file.size())).graph();
    boolean allFed = ALL_FED.contains(graph.nodes().get(0).opType());
    StringBuilder differences = new StringBuilder();
    try (Stream<Path> sets = Files.list(folder)) {
      for (Path set : sets.filter(Files::isDirectory).sorted().toList()) {
        Map<String, Constant> constants = new HashMap<>();
        Map<String, FloatBuffer> fed = new HashMap<>();
        List<Integer> batches = new ArrayList<>();
        for (int i = 0; i < graph.inputs().size(); i++) {
          ValueInfo input = graph.inputs().get(i);
          if (i == 0 && !isFed(graph) || i > 0 && !allFed) {
            constants.put(input.name(), read(set.resolve("input_" + i + ".pb")));
          } else if (input.type().isFloat()) {
            Constant x = read(set.resolve("input_" + i + ".pb"));
            fed.put(input.name(), x.floats());
            batches.add(x.rank() == 0 ? 1 : x.extents()[0]);
          }
        }
        OnnxModel model = OnnxReader.read(file, constants);
        differences.append(compare(model, graph, set, batches.get(0), fed));
      }
    }
    return differences.toString();
  }

  private static boolean isFed(GraphProto graph) {
    return !graph.nodes().get(0).opType().equals("ConstantOfShape");
  }

  private static String compare(
      OnnxModel model, GraphProto graph, Path set, int batch, Map<String, FloatBuffer> fed)
      throws IOException {
    StringBuilder differences = new StringBuilder();
    for (TrainingBackend backend : BACKENDS) {
      String found = compare(backend, model, graph, set, batch, fed);
      differences.append(found.isEmpty() ? "" : backend.name() + ": " + found);
    }
    return differences.toString();
  }

  private static String compare(
      TrainingBackend backend,
      OnnxModel model,
      GraphProto graph,
      Path set,
      int batch,
      Map<String, FloatBuffer> fed)
      throws IOException {
    Map<String, FloatBuffer> outputs =
        Running.run(backend, model.network(), model.parameters(), batch, fed);
    StringBuilder differences = new StringBuilder();
    for (int i = 0; i < graph.outputs().size(); i++) {
      String name = graph.outputs().get(i).name();
      Value value = model.network().output(name);
      Constant expected = read(set.resolve("output_" + i + ".pb"));
      if (!value.shape().withBatch(batch).equals(expected.shape())) {
        differences.append(name + " is " + value.shape() + ", expected " + expected.shape());
      }
      differences.append(compare(outputs.get(name), expected.floats()));
    }
    return differences.toString();
  }

  private static String compare(FloatBuffer found, FloatBuffer expected) {
    if (found.limit() != expected.limit()) {
      return found.limit() + " values, expected " + expected.limit();
    }
    for (int i = 0; i < expected.limit(); i++) {
      double allowed = ABSOLUTE + RELATIVE * Math.abs(expected.get(i));
      if (!(Math.abs(found.get(i) - expected.get(i)) <= allowed)) {
        return "element " + i + " is " + found.get(i) + ", expected " + expected.get(i);
      }
    }
    return "";
  }

  private static Constant read(Path path) throws IOException {
    ByteBuffer bytes = MappedFile.open(path).slice(0, Files.size(path));
    TensorProto tensor = TensorProto.read(Wire.open(path, bytes, "TensorProto"));
    return new Tensors(path, false, Budget.tensors(path, bytes.limit())).decode(tensor);
  }
}
