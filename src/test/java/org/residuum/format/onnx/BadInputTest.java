package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.format.FormatException;
import org.residuum.format.protobuf.Message;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.Tensor;
import org.residuum.network.initial.Initializer;

class BadInputTest {
  @TempDir Path folder;

  private static TestGraph start() {
    return new TestGraph().input("x", -1, 4);
  }

  private void requireError(TestGraph graph, String... parts) throws IOException {
    requireError(graph.write(folder.resolve("bad.onnx"), 13), parts);
  }

  private static void requireError(Path file, String... parts) {
    FormatException error = assertThrows(FormatException.class, () -> OnnxModel.read(file));
    String message = error.getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    assertFalse(message.contains("\n"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), part + " is not in: " + message);
    }
  }

  @Test
  void cycleNamesANodeOnIt() throws IOException {
    requireError(
        start().node("Add", "x b", "a").node("Relu", "a", "b").output("b", -1, 4),
        "node \"my",
        "cycle");
  }

  @Test
  void danglingInputNamesItsReader() throws IOException {
    requireError(start().node("Relu", "z", "y").output("y", -1, 4), "node \"myRelu\"", "\"z\"");
  }

  @Test
  void danglingOutputIsNamed() throws IOException {
    requireError(start().node("Relu", "x", "y").output("z", -1, 4), "output \"z\"");
  }

  @Test
  void valueMadeTwiceNamesBothNodes() throws IOException {
    requireError(
        start().node("Relu", "x", "y").node("Sigmoid", "x", "y").output("y", -1, 4),
        "myRelu",
        "mySigmoid",
        "\"y\"");
  }

  @Test
  void initialiserThereTwiceIsNamed() throws IOException {
    requireError(
        start().weights("w", 2).weights("w", 2).node("Relu", "x", "y").output("y", -1, 4),
        "initialiser \"w\"",
        "twice");
  }

  @Test
  void unknownOperatorIsNamedWithShapesAndWhatIsSupported() throws IOException {
    requireError(
        start().node("Erf", "x", "y").output("y", -1, 4),
        "operator Erf is not supported",
        "node \"myErf\"",
        "(N, 4)",
        "BatchNormalization");
  }

  /** Found by fuzzing: the network's builder refused it with another exception. */
  @Test
  void outputThereTwiceIsNamed() throws IOException {
    requireError(
        start().node("Relu", "x", "y").output("y", -1, 4).output("y", -1, 4),
        "output \"y\"",
        "twice");
  }

  /** Found by fuzzing: a line break in an operator's name broke the message in two. */
  @Test
  void controlCharactersInNamesDoNotReachTheMessage() throws IOException {
    requireError(
        start().node("Log\nSoft\u0007max", "x", "y").output("y", -1, 4), "operator Log?Soft?max");
    requireError(start().node("Relu", "z\n", "y").output("y", -1, 4), "\"z?\"");
  }

  @Test
  void truncatedFileNamesTheOffset() throws IOException {
    Network network = ResNets.mlp(4, 2);
    Path file = folder.resolve("cut.onnx");
    OnnxModel.write(file, network, new Initializer(1).initialize(network));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    requireError(file, "offset", "truncated");
  }

  @Test
  void emptyAndMissingFilesAreNamed() throws IOException {
    requireError(Files.createFile(folder.resolve("empty.onnx")), "empty");
    assertThrows(NoSuchFileException.class, () -> OnnxModel.read(folder.resolve("none.onnx")));
  }

  @Test
  void fileOfAnotherKindIsRefused() throws IOException {
    requireError(Files.writeString(folder.resolve("text.onnx"), "{\"not\": \"onnx\"}"), "offset");
  }

  @Test
  void wrongWireTypeNamesField() throws IOException {
    Path file = folder.resolve("wire.onnx");
    Files.write(file, new byte[] {0x0a, 1, 0}); // ir_version as bytes
    requireError(file, "offset 0", "ModelProto field 1", "wire type 2");
  }

  @Test
  void twoOpsetsOfTheStandardOperatorsAreRefused() throws IOException {
    TestGraph graph = start().node("Relu", "x", "y").output("y", -1, 4);
    Message again = new Message().message(8, TestGraph.operators("ai.onnx", 9));
    requireError(graph.write(folder.resolve("two.onnx"), 13, again), "opset 13 and as opset 9");
    Message other = new Message().message(8, TestGraph.operators("com.example", 1));
    OnnxModel.read(graph.write(folder.resolve("one.onnx"), 13, other));
  }

  /** A function of the file comes before the operator of that name. */
  @Test
  void operatorsThatTheFileDefinesAreRefused() throws IOException {
    TestGraph graph = start().node("Relu", "x", "y").output("y", -1, 4);
    Message function = new Message().message(25, new Message().text(1, "Relu"));
    requireError(
        graph.write(folder.resolve("own.onnx"), 13, function), "node \"myRelu\"", "inline");
  }

  @Test
  void valuesInTwoFieldsAreRefused() throws IOException {
    requireError(
        start()
            .tensor(TestGraph.head("w", 1, 4, 1).bytes(9, new byte[16]).bytes(4, new byte[16]))
            .node("MatMul", "x w", "y")
            .output("y", -1, 1),
        "tensor \"w\"",
        "twice");
  }

  @Test
  void constantWithTwoValuesIsRefused() throws IOException {
    requireError(
        start()
            .node(
                "Constant",
                "",
                "c",
                TestGraph.number("value_float", 1),
                TestGraph.integer("value_int", 2))
            .node("Add", "x c", "y")
            .output("y", -1, 4),
        "node \"myConstant\"",
        "2 values");
  }

  @Test
  void freeExtentBehindTheBatchNamesTheInput() throws IOException {
    requireError(
        start().inputAsStated("z", 2, -1).node("Relu", "z", "y").output("y"),
        "input \"z\"",
        "axis 1");
  }

  @Test
  void negativeAndHugeExtentsAreRefused() throws IOException {
    requireError(
        new TestGraph().input("x", -1, -7).node("Relu", "x", "y").output("y"), "extent -7");
    requireError(
        new TestGraph().input("x", -1, 1L << 40).node("Relu", "x", "y").output("y"),
        "extent 1099511627776");
    requireError(
        new TestGraph().input("x", -1, 1 << 20, 1 << 20, 4).node("Relu", "x", "y").output("y"),
        "2^31");
  }

  @Test
  void weightWithTooFewBytesIsRefused() throws IOException {
    requireError(
        start()
            .tensor(TestGraph.head("w", 1, 4, 1 << 20, 16).bytes(9, new byte[16]))
            .node("MatMul", "x w", "y")
            .output("y", -1, 4),
        "tensor \"w\"",
        "16 bytes");
    requireError(
        start()
            .tensor(TestGraph.head("w", 1, -1, 4).bytes(9, new byte[16]))
            .node("MatMul", "x w", "y")
            .output("y", -1, 4),
        "tensor \"w\"",
        "-1");
  }

  @Test
  void shapesThatOverflowAreRefused() throws IOException {
    requireError(
        start()
            .longs("shape", 1 << 20, 1 << 20, 1 << 20)
            .node("ConstantOfShape", "shape", "c")
            .node("Add", "x c", "y")
            .output("y", -1, 4),
        "myConstantOfShape");
    requireError(
        start().longs("shape", 1L << 62, 4).node("Reshape", "x shape", "y").output("y", -1, 4),
        "myReshape");
  }

  @Test
  void foldedConstantsCannotFillTheMemory() throws IOException {
    TestGraph graph = start().longs("shape", 1 << 20).node("ConstantOfShape", "shape", "c0");
    for (int i = 0; i < 40; i++) {
      graph.node("Concat", "c" + i + " c" + i, "c" + (i + 1), TestGraph.integer("axis", 0));
    }
    requireError(graph.node("Add", "x c40", "y").output("y", -1, 4), "myConcat", "MiB");
  }

  @Test
  void padsBeyondAllMeasureAreRefused() throws IOException {
    requireError(
        start().longs("pads", 0, 1L << 40, 0, 0).node("Pad", "x pads", "y").output("y", -1, 4),
        "myPad");
    requireError(
        start().longs("pads", 0, -9, 0, 0).node("Pad", "x pads", "y").output("y", -1, 4), "myPad");
  }

  @Test
  void chainOfTwentyThousandNodesNeedsNoStack() throws IOException {
    TestGraph graph = start();
    int depth = 20_000;
    for (int i = 0; i < depth; i++) {
      graph.node("Identity", i == 0 ? "x" : "v" + i, "v" + (i + 1));
    }
    graph.node("Relu", "v" + depth, "y").output("y", -1, 4);
    OnnxModel model = OnnxModel.read(graph.write(folder.resolve("deep.onnx"), 13));
    assertEquals(2, model.network().nodes().size());
  }

  /** Formulas are looked for at each node, but not through all that lies behind it. */
  @Test
  void chainOfTwentyThousandProductsNeedsNoStack() throws IOException {
    TestGraph graph = start();
    int depth = 20_000;
    for (int i = 0; i < depth; i++) {
      String from = i == 0 ? "x" : "v" + i;
      graph.node("Mul", from + " x", "v" + (i + 1));
    }
    graph.node("Relu", "v" + depth, "y").output("y", -1, 4);
    OnnxModel model = OnnxModel.read(graph.write(folder.resolve("products.onnx"), 13));
    assertEquals(depth + 2, model.network().nodes().size());
  }

  @Test
  void millionsOfEmptyNodesAreRefused() throws IOException {
    Message nodes = new Message();
    byte[] empty = new byte[4 << 20];
    for (int i = 0; i < empty.length; i += 2) {
      empty[i] = 0x0a; // field 1 of GraphProto, no bytes
    }
    Path file = folder.resolve("many.onnx");
    nodes.integer(1, 8).bytes(7, empty);
    try (java.nio.channels.FileChannel channel =
        java.nio.channels.FileChannel.open(
            file,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      nodes.writeTo(channel);
    }
    requireError(file, "names, nodes and attributes", "offset");
  }

  @Test
  void deeplyNestedMessagesAreSkippedNotFollowed() throws IOException {
    byte[] nested = {};
    for (int depth = 0; depth < 2_000; depth++) {
      Message message =
          new Message().bytes(6, nested); // any message, as a subgraph of an attribute
      java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
      message.writeTo(java.nio.channels.Channels.newChannel(bytes));
      nested = bytes.toByteArray();
    }
    requireError(
        start()
            .node("If", "x", "y", new Message().text(1, "then_branch").bytes(6, nested))
            .output("y", -1, 4),
        "operator If is not supported");
  }

  @Test
  void opsetsOutsideTheRangeAreNamed() throws IOException {
    TestGraph graph = start().node("Relu", "x", "y").output("y", -1, 4);
    requireError(graph.write(folder.resolve("old.onnx"), 6), "opset 6", "7..21");
    requireError(graph.write(folder.resolve("new.onnx"), 99), "opset 99", "7..21");
  }

  @Test
  void externalDataIsReadFromTheModelsFolderOnly() throws IOException {
    Path inside = Files.createDirectory(folder.resolve("model"));
    byte[] values = new byte[80];
    java.nio.ByteBuffer.wrap(values)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putFloat(16, 1)
        .putFloat(36, 2)
        .putFloat(56, 3)
        .putFloat(76, 4);
    Files.write(inside.resolve("weights.bin"), values);
    Files.write(folder.resolve("secret.bin"), values);
    OnnxModel model = OnnxModel.read(external(inside, "weights.bin", 16, 64));
    Tensor weight = model.parameters().get("w");
    assertEquals(1, weight.get(0));
    assertEquals(4, weight.get(15));
    requireError(external(inside, "../secret.bin", 16, 64), "refused");
    requireError(external(inside, folder.resolve("secret.bin").toString(), 16, 64), "refused");
    requireError(external(inside, "none.bin", 16, 64), "not there");
    Files.createSymbolicLink(inside.resolve("link.bin"), folder.resolve("secret.bin"));
    requireError(external(inside, "link.bin", 16, 64), "refused");
    FormatException cut =
        assertThrows(
            FormatException.class, () -> OnnxModel.read(external(inside, "weights.bin", 32, 64)));
    assertTrue(cut.getMessage().contains("truncated"), cut.getMessage());
    requireError(external(inside, "weights.bin", 16, 60), "60 bytes");
  }

  private static Path external(Path folder, String location, long offset, long length)
      throws IOException {
    Message tensor = TestGraph.head("w", 1, 4, 4).integer(14, 1);
    Map<String, Object> entries = Map.of("location", location, "offset", offset, "length", length);
    entries.forEach(
        (key, value) ->
            tensor.message(13, new Message().text(1, key).text(2, String.valueOf(value))));
    return start()
        .tensor(tensor)
        .node("Gemm", "x w", "y", TestGraph.integer("transB", 1))
        .output("y", -1, 4)
        .write(folder.resolve("external.onnx"), 13);
  }
}
