package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.format.protobuf.Message;
import org.residuum.network.Shape;
import org.residuum.network.Value;

/** Each idiom of the exporters becomes the operations it stands for; ONNX Runtime is the judge. */
class ImporterTest {
  @TempDir Path folder;

  /** Imports, compares all outputs with ONNX Runtime's, and gives the network's text. */
  private String check(TestGraph graph, int opset, int batch) throws IOException, OrtException {
    Path file = graph.write(folder.resolve("model.onnx"), opset);
    OnnxModel model = OnnxModel.read(file);
    Random random = new Random(7);
    Map<String, FloatBuffer> inputs = new HashMap<>();
    for (Value input : model.network().inputs()) {
      FloatBuffer x = FloatBuffer.allocate((int) input.shape().elements(batch));
      for (int i = 0; i < x.limit(); i++) {
        x.put(i, (float) random.nextGaussian());
      }
      inputs.put(input.name(), x);
    }
    Map<String, FloatBuffer> ours = Running.run(model.network(), model.parameters(), batch, inputs);
    Map<String, FloatBuffer> theirs = OnnxRuntime.run(file, model.network(), batch, inputs);
    for (String output : theirs.keySet()) {
      assertEquals(theirs.get(output).limit(), ours.get(output).limit());
      double distance = Running.distance(ours.get(output), theirs.get(output));
      assertTrue(distance < 2e-5, output + " differs by " + distance + "\n" + model.network());
    }
    return model.network().toString();
  }

  private static void requireText(String network, String... parts) {
    for (String part : parts) {
      assertTrue(network.contains(part), part + " is not in\n" + network);
    }
  }

  @Test
  void reshapeToOneRowBecomesFlattenWithAFreeBatch() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", 1, 3, 4, 5)
            .longs("shape", 1, -1)
            .node("Reshape", "x shape", "y")
            .output("y", 1, 60);
    requireText(check(graph, 13, 1), "flatten", "(N, 60)");
  }

  /** Exporters write a free batch as -1, as 0 or as a name. */
  @ParameterizedTest
  @ValueSource(longs = {-1, 0})
  void batchWithoutANumberIsFree(long stated) throws IOException {
    TestGraph graph =
        new TestGraph()
            .inputAsStated("x", stated, 6)
            .weights("w", 6, 3)
            .node("MatMul", "x w", "y")
            .outputOfAnyShape("y");
    OnnxModel model = OnnxModel.read(graph.write(folder.resolve("free.onnx"), 13));
    assertEquals(Shape.batch(6), model.network().input("x").shape());
    assertEquals(Shape.batch(3), model.network().output("y").shape());
  }

  /** (1, F) of one example is what axis 0 and axis 1 give. */
  @Test
  void flattenFromAxis0OfOneExampleFreesTheBatch() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", 1, 3, 4, 5)
            .node("Flatten", "x", "y", TestGraph.integer("axis", 0))
            .output("y", 1, 60);
    requireText(check(graph, 13, 1), "flatten", "(N, 60)");
  }

  @Test
  void castsOfConstantIntegersKeepTheirMeaning() throws IOException, OrtException {
    TestGraph graph = new TestGraph().input("x", -1, 4).longs("c", 5, 0, 300, -1);
    graph.node("Cast", "c", "truth", TestGraph.integer("to", 9));
    graph.node("Cast", "truth", "one", TestGraph.integer("to", 1));
    graph.node("Cast", "c", "byte", TestGraph.integer("to", 2));
    graph.node("Cast", "byte", "small", TestGraph.integer("to", 1));
    graph.node("Mul", "x one", "z").node("Add", "z small", "y").output("y", -1, 4);
    check(graph, 13, 2);
  }

  @Test
  void fixedBatchThatMixesWithOtherAxesStaysFixed() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", 4, 6)
            .longs("shape", 3, 8)
            .node("Reshape", "x shape", "y")
            .output("y", 3, 8);
    requireText(check(graph, 13, 4), "(4, 6)", "(3, 8)");
  }

  @Test
  void shapeChainOverASymbolicBatchFolds() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 3, 2, 2)
            .longs("zero", 0)
            .longs("rest", -1)
            .node("Shape", "x", "s")
            .node("Gather", "s zero", "n", TestGraph.integer("axis", 0))
            .node("Concat", "n rest", "shape", TestGraph.integer("axis", 0))
            .node("Reshape", "x shape", "y")
            .output("y", -1, 12);
    requireText(check(graph, 13, 5), "flatten", "(N, 12)");
  }

  @Test
  void matMulAndAddBecomeADenseLayerWithBias() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 6)
            .weights("fc.weight", 6, 4)
            .weights("fc.bias", 4)
            .node("MatMul", "x fc.weight", "h")
            .node("Add", "fc.bias h", "y")
            .output("y", -1, 4);
    String text = check(graph, 13, 3);
    requireText(text, "dense 4 + bias", "fc ");
    assertFalse(text.contains("batch norm"), text);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 13})
  void clipToSixBecomesRelu6(int opset) throws IOException, OrtException {
    TestGraph graph = new TestGraph().input("x", -1, 8);
    if (opset < 11) {
      graph.node("Clip", "x", "y", TestGraph.number("min", 0), TestGraph.number("max", 6));
    } else {
      graph.scalar("low", 0).scalar("high", 6).node("Clip", "x low high", "y");
    }
    requireText(check(graph.output("y", -1, 8), opset, 4), "relu6");
  }

  @Test
  void clipAtZeroAloneBecomesRelu() throws IOException, OrtException {
    TestGraph graph = new TestGraph().input("x", -1, 8).scalar("low", 0);
    requireText(check(graph.node("Clip", "x low", "y").output("y", -1, 8), 13, 4), "relu ");
  }

  @Test
  void slicesOfStepTwoBecomeASubsample() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 4, 7, 6)
            .longs("start", 0)
            .longs("end", Long.MAX_VALUE)
            .longs("rows", 2)
            .longs("columns", 3)
            .longs("two", 2)
            .longs("pads", 0, 1, 0, 0, 0, 3, 0, 0)
            .node("Slice", "x start end rows two", "a")
            .node("Slice", "a start end columns two", "b")
            .node("Pad", "b pads", "y")
            .output("y", -1, 8, 4, 3);
    requireText(check(graph, 13, 2), "subsample stride 2", "pad channels 1 + 3", "3 nodes");
  }

  @Test
  void zerosBesideChannelsBecomeAPad() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", 2, 3, 4, 4)
            .filled("zeros", 0, 2, 2, 4, 4)
            .node("Concat", "zeros x zeros", "y", TestGraph.integer("axis", 1))
            .output("y", 2, 7, 4, 4);
    requireText(check(graph, 13, 2), "pad channels 2 + 2", "2 nodes");
  }

  @Test
  void padBeforeAConvolutionMovesIntoItsWindow() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 3, 8, 8)
            .longs("pads", 0, 0, 0, 1, 0, 0, 3, 2)
            .weights("conv.weight", 4, 3, 3, 3)
            .node("Pad", "x pads", "p")
            .node("Conv", "p conv.weight", "y", TestGraph.ints("strides", 2, 2))
            .output("y", -1, 4, 5, 5);
    requireText(check(graph, 13, 2), "3×3 stride 2 pad 0,1,3,2", "2 nodes");
  }

  @ParameterizedTest
  @CsvSource({"SAME_UPPER,8", "SAME_LOWER,8", "SAME_UPPER,7", "SAME_LOWER,7", "VALID,7"})
  void automaticPaddingIsOnnxRuntimes(String mode, int extent) throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 2, extent, extent)
            .weights("w", 4, 1, 4, 3)
            .node(
                "Conv",
                "x w",
                "c",
                TestGraph.text("auto_pad", mode),
                TestGraph.integer("group", 2),
                TestGraph.ints("strides", 2, 1))
            .node(
                "AveragePool",
                "c",
                "y",
                TestGraph.text("auto_pad", mode),
                TestGraph.ints("kernel_shape", 2, 2))
            .output("y", -1, 4, -1, -1);
    requireText(check(graph, 13, 2), "groups 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 13, 18})
  void meanOverRowsAndColumnsIsAGlobalAveragePool(int opset) throws IOException, OrtException {
    TestGraph graph = new TestGraph().input("x", -1, 3, 5, 4);
    Message flat = TestGraph.integer("keepdims", 0);
    if (opset < 18) {
      graph.node("ReduceMean", "x", "y", TestGraph.ints("axes", 3, 2), flat);
    } else {
      graph.longs("axes", -1, -2).node("ReduceMean", "x axes", "y", flat);
    }
    requireText(check(graph.output("y", -1, 3), opset, 2), "global average pool", "3 nodes");
  }

  @Test
  void meanOverChannelsKeepsTheBatchFree() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 3, 5, 4)
            .node("ReduceMean", "x", "y", TestGraph.ints("axes", 1))
            .output("y", -1, 1, 5, 4);
    requireText(check(graph, 13, 2), "(N, 1, 5, 4)");
  }

  @Test
  void squeezeAndExcitationIsAMultiplication() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 3, 5, 4)
            .node("GlobalAveragePool", "x", "p")
            .node("Sigmoid", "p", "s")
            .node("Mul", "s x", "y")
            .output("y", -1, 3, 5, 4);
    requireText(check(graph, 13, 2), "multiply", "4 nodes");
  }

  @Test
  void constantsForEachChannelBecomeBatchNorms() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 3, 5, 4)
            .weights("mean", 1, 3, 1, 1)
            .filled("std", .25f, 3, 1, 1)
            .scalar("one", 1)
            .node("Sub", "x mean", "c")
            .node("Div", "c std", "d")
            .node("Sub", "one d", "y")
            .output("y", -1, 3, 5, 4);
    requireText(check(graph, 13, 2), "batch norm", "4 nodes");
  }

  @Test
  void constantForEachPixelIsAdded() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 3, 2, 4)
            .weights("image", 3, 2, 4)
            .weights("row", 4)
            .node("Add", "x image", "a")
            .node("Mul", "row a", "y")
            .output("y", -1, 3, 2, 4);
    check(graph, 13, 2);
  }

  @Test
  void differenceAndSumOfSeveralValues() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("a", -1, 3, 2, 4)
            .input("b", -1, 3, 2, 4)
            .input("c", -1, 3, 1, 4)
            .node("Sub", "a b", "d")
            .node("Sub", "d c", "e")
            .node("Sum", "a b e a", "y")
            .output("y", -1, 3, 2, 4);
    check(graph, 13, 2);
  }

  @ParameterizedTest
  @CsvSource({"12,1", "13,1", "13,3", "13,0"})
  void softmaxKeepsItsAxisMeaning(int opset, int axis) throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", 2, 3, 4, 5)
            .node("Softmax", "x", "y", TestGraph.integer("axis", axis))
            .output("y", 2, 3, 4, 5);
    check(graph, opset, 2);
  }

  @Test
  void convolutionOfSequences() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 3, 12)
            .weights("conv.weight", 4, 3, 3)
            .weights("conv.bias", 4)
            .weights("scale", 4)
            .weights("shift", 4)
            .weights("mean", 4)
            .filled("var", 2, 4)
            .node(
                "Conv",
                "x conv.weight conv.bias",
                "c",
                TestGraph.ints("pads", 1, 0),
                TestGraph.ints("dilations", 2))
            .node("BatchNormalization", "c scale shift mean var", "n")
            .node("GlobalAveragePool", "n", "y")
            .output("y", -1, 4, 1);
    check(graph, 13, 2);
  }

  @Test
  void nodesInAnyOrderAreSortedAndUnusedOnesDropped() throws IOException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 4)
            .node("Relu", "h", "y")
            .node("Sigmoid", "x", "h")
            .node("Erf", "x", "unused")
            .output("y", -1, 4);
    OnnxModel model = OnnxModel.read(graph.write(folder.resolve("m.onnx"), 13));
    assertEquals(3, model.network().nodes().size());
    assertEquals(Shape.batch(4), model.network().output("y").shape());
  }

  @Test
  void weightsUsedTwiceAreKeptOnce() throws IOException, OrtException {
    TestGraph graph =
        new TestGraph()
            .input("x", -1, 4)
            .weights("w", 4, 4)
            .node("Gemm", "x w", "h", TestGraph.integer("transB", 1))
            .node("Gemm", "h w", "i", TestGraph.integer("transB", 1))
            .node("Gemm", "i w", "y")
            .output("y", -1, 4);
    check(graph, 13, 2);
    OnnxModel model = OnnxModel.read(folder.resolve("model.onnx"));
    assertEquals(2, model.parameters().names().size(), model.parameters().names().toString());
  }
}
