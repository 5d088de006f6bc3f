package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.format.FormatException;
import org.residuum.network.Value;

/** Norms that exporters write in several nodes, and graphs that only look like them. */
class RecognizedNormsTest {
  private static final int OPSET = 13;
  private static final int BATCH = 3;
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  /** Extents of the factors and of the summands, by {@code x}; with 4 groups or rows of 4. */
  @ParameterizedTest
  @CsvSource({"4x1x1, 4x1x1", "1, 4x1x1", "4, 4x1x1", "4x1x1, 4", "4x1, 4x1", "4x4x4, 1"})
  void factorsOfAGroupNormHaveAnyShape(String factors, String summands)
      throws IOException, OrtException {
    TestGraph graph = new TestGraph().input("x", -1, 4, 4, 4);
    graph.weights("f", extents(factors)).weights("s", extents(summands));
    String network = check(groupNorm(graph, 0));
    boolean byChannel = !factors.equals("4") && !summands.equals("4") && !factors.contains("4x4");
    boolean affine = byChannel && !factors.equals("4x1");
    assertTrue(network.contains("group norm 2") && affine != network.contains("batch norm"));
  }

  @ParameterizedTest
  @CsvSource({"4, 4", "1, 4", "1x4, 4", "4x1, 4", "4, 4x1", "4x4, 4"})
  void factorsOfALayerNormHaveAnyShape(String factors, String summands)
      throws IOException, OrtException {
    TestGraph graph = new TestGraph().input("x", -1, 4, 4);
    graph.weights("f", extents(factors)).weights("s", extents(summands));
    check(layerNorm(graph.node("Mul", "d d", "squares")));
  }

  /** As adaptive norms have them. */
  @Test
  void factorsOfANormMayDependOnTheInput() throws IOException, OrtException {
    check(groupNorm(new TestGraph().input("x", -1, 4, 4, 4).node("Sigmoid", "x", "f"), 0, "x"));
    TestGraph rows = new TestGraph().input("x", -1, 4, 4).node("Sigmoid", "x", "f");
    check(layerNorm(rows.node("Mul", "d d", "squares"), "x"));
  }

  @Test
  void groupsOverSeveralExamplesAreNoGroupNorm() throws IOException {
    TestGraph graph = new TestGraph().input("x", -1, 4, 4, 4);
    graph.weights("f", 4, 1, 1).weights("s", 4, 1, 1);
    Path file = groupNorm(graph, 1).write(folder.resolve("groups.onnx"), OPSET);
    assertThrows(FormatException.class, () -> OnnxModel.read(file));
  }

  @Test
  void rowsOverAHighPowerAreNoLayerNorm() throws IOException {
    TestGraph graph = new TestGraph().input("x", -1, 4, 4).weights("f", 4).weights("s", 4);
    graph.node("Mul", "d d", "p2").node("Mul", "p2 p2", "p4").node("Mul", "p4 p4", "p8");
    Path file = layerNorm(graph.node("Mul", "p8 p8", "squares")).write(path(), OPSET);
    FormatException e = assertThrows(FormatException.class, () -> OnnxModel.read(file));
    assertTrue(e.getMessage().contains("Sqrt is not supported"), e.getMessage());
  }

  private static TestGraph groupNorm(TestGraph graph, long batch) {
    return groupNorm(graph, batch, "s");
  }

  /** Two groups, times {@code f}, plus {@code summand}. */
  private static TestGraph groupNorm(TestGraph graph, long batch, String summand) {
    return graph
        .longs("parts", batch, 2, -1)
        .filled("one", 1, 2)
        .filled("zero", 0, 2)
        .node("Reshape", "x parts", "apart")
        .node("InstanceNormalization", "apart one zero", "normal")
        .node("Shape", "x", "shape")
        .node("Reshape", "normal shape", "back")
        .node("Mul", "back f", "scaled")
        .node("Add", "scaled " + summand, "y")
        .output("y", -1, 4, 4, 4);
  }

  private static TestGraph layerNorm(TestGraph graph) {
    return layerNorm(graph, "s");
  }

  /** Rows of d = x - mean, by the root of the mean of {@code squares}, times f, plus summand. */
  private static TestGraph layerNorm(TestGraph graph, String summand) {
    return graph
        .scalar("epsilon", 1e-3f)
        .node("ReduceMean", "x", "mean", TestGraph.ints("axes", -1))
        .node("Sub", "x mean", "d")
        .node("ReduceMean", "squares", "variance", TestGraph.ints("axes", -1))
        .node("Add", "variance epsilon", "safe")
        .node("Sqrt", "safe", "root")
        .node("Div", "d root", "normal")
        .node("Mul", "normal f", "scaled")
        .node("Add", "scaled " + summand, "y")
        .output("y", -1, 4, 4);
  }

  private static long[] extents(String text) {
    return Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray();
  }

  private Path path() {
    return folder.resolve("model.onnx");
  }

  /** The network, after its result was compared with ONNX Runtime's. */
  private String check(TestGraph graph) throws IOException, OrtException {
    OnnxModel model = OnnxModel.read(graph.write(path(), OPSET));
    Value x = model.network().input("x");
    FloatBuffer values = FloatBuffer.allocate((int) x.shape().elements(BATCH));
    Random random = new Random(5);
    while (values.hasRemaining()) {
      values.put((float) random.nextGaussian());
    }
    Map<String, FloatBuffer> inputs = Map.of("x", values.flip());
    FloatBuffer theirs = OnnxRuntime.run(path(), model.network(), BATCH, inputs).get("y");
    double distance = Running.distance(Running.run(model, BATCH, values), theirs);
    assertFalse(distance > TOLERANCE, () -> distance + "\n" + model.network());
    return model.network().toString();
  }
}
