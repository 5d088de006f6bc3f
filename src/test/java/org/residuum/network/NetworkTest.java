package org.residuum.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.residuum.network.loss.SoftmaxCrossEntropy;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Input;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Op;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Window;

class NetworkTest {
  private static final Shape IMAGE = Shape.batch(3, 8, 8);
  private static final Op RELU = new Activate(Activation.RELU);

  private static String error(Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }

  private static String inferenceError(Op op, Shape... inputs) {
    NetworkBuilder net = new NetworkBuilder("wrong");
    List<Value> values = new ArrayList<>();
    for (Shape shape : inputs) {
      values.add(net.input("x" + values.size(), shape));
    }
    return error(() -> net.append("layer1.0.op", op, values, List.of()));
  }

  @Test
  void convolutionOnVectorsNamesNodeAndNeed() {
    Conv2d conv = new Conv2d(4, Window.square(3, 1, 1), 1, false, Epilogue.NONE);
    assertEquals(
        "node layer1.0.op (conv2d 4, 3×3 pad 1) on [(N, 12)]: needs images (N, C, H, W), not"
            + " (N, 12)",
        inferenceError(conv, Shape.batch(12)));
  }

  @Test
  void denseOnImagesSaysFlattenFirst() {
    assertEquals(
        "node layer1.0.op (dense 4 + bias) on [(N, 3, 8, 8)]: needs vectors (N, F), not"
            + " (N, 3, 8, 8); flatten first",
        inferenceError(new Dense(4, true, Epilogue.NONE), IMAGE));
  }

  @Test
  void windowLargerThanTheImageNamesBoth() {
    Conv2d conv = new Conv2d(4, Window.square(9, 1, 0), 1, false, Epilogue.NONE);
    assertEquals(
        "node layer1.0.op (conv2d 4, 9×9) on [(N, 3, 8, 8)]: window of height 9 does not fit into 8"
            + " pixels with padding 0 + 0",
        inferenceError(conv, IMAGE));
  }

  @Test
  void additionOfTwoShapesNamesBoth() {
    assertEquals(
        "node layer1.0.op (add) on [(N, 3, 8, 8), (N, 4, 8, 8)]: needs two equal shapes, not"
            + " (N, 3, 8, 8) and (N, 4, 8, 8)",
        inferenceError(new Add(Activation.NONE), IMAGE, Shape.batch(4, 8, 8)));
  }

  @Test
  void everyOtherMisfitNamesTheNodeToo() {
    Conv2d grouped = new Conv2d(4, Window.square(1, 1, 0), 2, false, Epilogue.NONE);
    List<String> errors =
        List.of(
            inferenceError(grouped, IMAGE),
            inferenceError(new Multiply(), IMAGE, Shape.batch(3, 8, 1)),
            inferenceError(new Reshape(Shape.batch(100)), IMAGE),
            inferenceError(new SliceChannels(2, 2), IMAGE),
            inferenceError(Pool2d.max(Window.square(9, 1, 0)), IMAGE),
            inferenceError(new SoftmaxCrossEntropy(0), Shape.batch(3), Shape.batch(2)),
            inferenceError(RELU, IMAGE, IMAGE));
    for (String message : errors) {
      assertTrue(message.startsWith("node layer1.0.op ("), message);
    }
  }

  @Test
  void impossibleAttributesNameTheValue() {
    assertEquals(
        "3 output channels are not divisible into 2 groups",
        error(() -> new Conv2d(3, Window.square(1, 1, 0), 2, false, Epilogue.NONE)));
    assertTrue(error(() -> Window.square(0, 1, 0)).contains("not 0"));
    assertTrue(error(() -> Window.square(3, 1, -1)).contains("-1"));
    assertTrue(error(() -> Pool2d.max(Window.square(2, 2, 2))).contains("pad less"));
    assertTrue(error(() -> new SoftmaxCrossEntropy(1)).contains("1.0"));
    assertTrue(error(() -> Activation.clip(1, 0)).contains("1.0 and 0.0"));
    assertTrue(error(() -> Shape.of(2, -3)).contains("-3"));
    assertTrue(error(() -> Shape.of(1 << 16, 1 << 16)).contains("2^31"));
  }

  @Test
  void zeroPaddingToFewerChannelsNamesTheRemedy() {
    NetworkBuilder net = new NetworkBuilder("narrower");
    ResidualBlocks blocks = new ResidualBlocks(net, ResidualBlocks.Shortcut.ZERO_PAD);
    Value x = net.input("x", Shape.batch(16, 4, 4));
    assertTrue(error(() -> blocks.basic("b", x, 8, 1)).endsWith("use Shortcut.PROJECTION"));
  }

  @Test
  void twoOutputsOfOneNameAreRefused() {
    NetworkBuilder net = new NetworkBuilder("twice");
    Value x = net.input("x", IMAGE);
    net.output("y", x);
    assertEquals("twice already has an output y", error(() -> net.output("y", x)));
  }

  @Test
  void unknownInputsAndOutputsNameTheKnownOnes() {
    Network network = ResNets.mlp(4, 1);
    assertEquals("mlp4x1 has no input z, but [x]", error(() -> network.input("z")));
    assertEquals("mlp4x1 has no output z, but [y]", error(() -> network.output("z")));
  }

  @Test
  void printsALineANode() {
    NetworkBuilder net = new NetworkBuilder("tiny");
    Value x = net.input("x", Shape.batch(3, 8, 8));
    Value y = net.conv2d("conv1", x, 16, Window.square(3, 2, 1));
    y = net.relu("relu", net.batchNorm("bn1", y));
    y = net.flatten("flatten", net.globalAveragePool("avgpool", y));
    net.output("logits", net.dense("fc", y, 10));
    String expected =
        """
        tiny: 634 parameters, 14.14 kFLOP an example, 7 nodes
          %0 =  input                               x        (N, 3, 8, 8)
          %1 =  conv2d 16, 3×3 stride 2 pad 1 (%0)  conv1    (N, 16, 4, 4)  432 weights
          %2 =  batch norm (%1)                     bn1      (N, 16, 4, 4)  64 weights
          %3 =  relu (%2)                           relu     (N, 16, 4, 4)
          %4 =  global average pool (%3)            avgpool  (N, 16, 1, 1)
          %5 =  flatten (%4)                        flatten  (N, 16)
          %6 =  dense 10 + bias (%5)                fc       (N, 10)        170 weights
          return logits = %6
        """;
    assertEquals(expected, net.build().toString());
  }

  // What the builder cannot write, the constructor still refuses.

  private static final Value X = new Value(0, "x", IMAGE);
  private static final Node INPUT =
      new Node("x", new Input(IMAGE), List.of(), List.of(), List.of(X));

  private static Node relu(String name, int id, Value x) {
    return new Node(name, RELU, List.of(x), List.of(), List.of(new Value(id, name, IMAGE)));
  }

  private static String invalid(Map<String, Value> outputs, Node... nodes) {
    return error(() -> new Network("net", List.of(nodes), outputs));
  }

  @Test
  void validNodesAreAccepted() {
    Node relu = relu("a", 1, X);
    assertEquals(
        2, new Network("net", List.of(INPUT, relu), Map.of("y", relu.output())).valueCount());
  }

  @Test
  void nodeThatReadsALaterValueIsInvalid() {
    Node second = relu("b", 2, X);
    Node first = relu("a", 1, second.output());
    assertEquals(
        "net, node a (relu): it reads %2, which no earlier node makes",
        invalid(Map.of(), INPUT, first, second));
  }

  @Test
  void twoNodesOfOneNameAreInvalid() {
    assertEquals(
        "net, node a (relu): another node has the same name",
        invalid(Map.of(), INPUT, relu("a", 1, X), relu("a", 2, X)));
  }

  @Test
  void statedShapeThatIsNotInferredIsInvalid() {
    Value wrong = new Value(1, "a", Shape.batch(4, 8, 8));
    Node node = new Node("a", RELU, List.of(X), List.of(), List.of(wrong));
    assertEquals(
        "net, node a (relu): its outputs are [(N, 4, 8, 8)], its op infers [(N, 3, 8, 8)]",
        invalid(Map.of(), INPUT, node));
  }

  @Test
  void valuesOutOfOrderAreInvalid() {
    assertEquals(
        "net, node a (relu): value %5 is not numbered in order",
        invalid(Map.of(), INPUT, relu("a", 5, X)));
  }

  private static Node conv(String name, int id, ParameterSpec... specs) {
    Conv2d op = new Conv2d(4, Window.square(1, 1, 0), 1, false, Epilogue.NONE);
    Value y = new Value(id, name, Shape.batch(4, 8, 8));
    return new Node(name, op, List.of(X), List.of(specs), List.of(y));
  }

  @Test
  void parameterOfAnotherShapeIsInvalid() {
    assertEquals(
        "net, node c (conv2d 4, 1×1): its parameters are [(4, 3)], its op needs [(4, 3, 1, 1)]",
        invalid(
            Map.of(),
            INPUT,
            conv("c", 1, new ParameterSpec("w", Shape.of(4, 3), ParameterSpec.Role.WEIGHT))));
  }

  @Test
  void missingParameterIsInvalid() {
    assertEquals(
        "net, node c (conv2d 4, 1×1): its parameters are [], its op needs [(4, 3, 1, 1)]",
        invalid(Map.of(), INPUT, conv("c", 1)));
  }

  @Test
  void oneParameterInTwoShapesIsInvalid() {
    ParameterSpec narrow = new ParameterSpec("w", Shape.of(4, 3, 1, 1), ParameterSpec.Role.WEIGHT);
    ParameterSpec wide = new ParameterSpec("w", Shape.of(4, 3, 3, 3), ParameterSpec.Role.WEIGHT);
    Conv2d op = new Conv2d(4, Window.square(3, 1, 1), 1, false, Epilogue.NONE);
    Value y = new Value(2, "d", Shape.batch(4, 8, 8));
    Node other = new Node("d", op, List.of(X), List.of(wide), List.of(y));
    assertEquals(
        "net, node d (conv2d 4, 3×3 pad 1): parameter w is (4, 3, 3, 3) here and (4, 3, 1, 1)"
            + " elsewhere",
        invalid(Map.of(), INPUT, conv("c", 1, narrow), other));
  }

  @Test
  void outputThatNoNodeMakesIsInvalid() {
    Value stray = new Value(7, "stray", IMAGE);
    assertEquals("net: output y is made by no node", invalid(Map.of("y", stray), INPUT));
  }
}
