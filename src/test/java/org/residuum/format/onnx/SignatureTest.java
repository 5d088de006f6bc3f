package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.format.FormatException;
import org.residuum.format.protobuf.Message;

/**
 * Every operator with every attribute, optional input and output at other values than the default:
 * either ONNX Runtime computes the same, or the node is refused by name. The first input is fed,
 * (2, ...), and its batch size is fixed in the file.
 */
class SignatureTest {
  private static final double TOLERANCE = 2e-5;

  @TempDir Path folder;

  /**
   * Rows of opsets, operator, inputs and attributes; where the node must be refused, {@code !} and
   * a part of the reason. Inputs: {@code x} is fed; {@code w} are random weights of a shape, {@code
   * i} integers, {@code f} floats, {@code s} a scalar, {@code b} a truth value, {@code _} left out.
   */
  private static final String ROWS =
      """
      7,11,21 Conv x2,3,9,8 w4,3,3,3
      11 Conv x2,3,9,8 w4,3,3,3 w4 kernel_shape=3,3
      11 Conv x2,3,9,8 w4,3,3,3 kernel_shape=3,2 ! kernel_shape is
      11 Conv x2,3,9,8 w4,3,3,3 strides=2,1 pads=1,0,2,1
      11 Conv x2,3,9,8 w4,3,3,2 dilations=2,3 pads=0,1,1,0
      11 Conv x2,4,9,8 w4,2,3,3 group=2
      11 Conv x2,4,9,8 w4,2,3,3 ! the weight takes 2 × 1 channels
      11 Conv x2,3,9,8 w4,3,3,2 strides=2,2 auto_pad=SAME_UPPER
      11 Conv x2,3,9,8 w4,3,3,2 strides=2,2 auto_pad=SAME_LOWER
      11 Conv x2,3,9,8 w4,3,3,2 strides=2,2 auto_pad=VALID
      11 Conv x2,3,9,8 w4,3,3,2 strides=2,2 auto_pad=NOTSET pads=1,1,0,0
      11 Conv x2,3,9,8 w4,3,3,2 auto_pad=VALID pads=1,1,0,0 ! auto_pad VALID and pads
      11 Conv x2,3,9,8 w4,3,3,2 auto_pad=SAME ! is none of ONNX's
      11 Conv x2,3,9 w4,3,3 strides=2 auto_pad=SAME_LOWER
      11 Conv x2,3,9,8,7 w4,3,3,3,3 ! one or two axes
      11 Conv x2,3,9,8 w4,3,3,3 w4 w4 ! takes 2 to 3
      7,9 Gemm x2,5 w5,3 w3 alpha=0.5 beta=-2.0
      11,13 Gemm x2,5 w5,3
      9 Gemm x2,5 w5,3 ! takes 3
      13 Gemm x2,5 w3,5 w1,3 transB=1 alpha=0.25
      13 Gemm x2,5 w2,3 s0.5 transA=1
      13 Gemm x2,5 w5,3 s0.5 beta=3.0
      13 Gemm x2,5 w5,3 w1 beta=3.0
      13 Gemm x2,5 w5,3 w2,3 beta=0.5
      13 Gemm x2,5 w5,3 w2,1 beta=0.5
      13 Gemm x2,5 w5,3 w3 beta=0.0
      13 Gemm x2,5 w5,3 w3 broadcast=1 ! "broadcast" is unknown
      7,13 MatMul x2,5 w5,3
      13 MatMul x2,4,5 w5,3
      13 MatMul x2,4,5 w2,5,3 ! only products
      13 MatMul x2,5 w5 ! only products
      7 BatchNormalization x2,3,4,5 w3 w3 w3 p3 epsilon=0.5 momentum=0.1
      7 BatchNormalization x2,3,4,5 w3 w3 w3 p3 spatial=1
      7 BatchNormalization x2,3,4,5 w3,4,5 w3,4,5 w3,4,5 p3,4,5 spatial=0 ! spatial = 0
      9,14,15 BatchNormalization x2,3,4,5 w3 w3 w3 p3 epsilon=0.25
      9 BatchNormalization x2,3,4,5 w3 w3 w3 p3 spatial=1 ! "spatial" is unknown in opset 9
      15 BatchNormalization x2,3 w3 w3 w3 p3
      15 BatchNormalization x2,3,4 w3 w3 w3 p3
      15 BatchNormalization x2,3,4,5,2 w3 w3 w3 p3
      15 BatchNormalization x2,3,4,5 w3 w3 w3 p3 training_mode=0
      14,15 BatchNormalization x2,3,4,5 w3 w3 w3 p3 training_mode=1 ! training mode
      9 BatchNormalization x2,3,4,5 w3 w3 w3 p3 is_test=1 ! "is_test" is unknown
      7,10 Dropout x2,5 ratio=0.9
      12,13 Dropout x2,5 seed=3
      13 Dropout x2,5 s0.5
      13 Dropout x2,5 s0.5 b0
      13 Dropout x2,5 s0.5 b1 ! training mode
      13 Dropout x2,5 ratio=0.5 ! "ratio" is unknown in opset 13
      7,14 Relu x2,5
      7,13 Sigmoid x2,5
      7,10 Clip x2,5 min=-0.5 max=0.25
      7 Clip x2,5 max=0.25
      11,13 Clip x2,5 s-0.5 s0.25
      13 Clip x2,5 _ s0.25
      13 Clip x2,5 s0.25
      13 Clip x2,5
      13 Clip x2,5 s1.5 s0.5
      13 Clip x2,5 min=-0.5 max=0.25 ! "min" is unknown in opset 13
      10 Clip x2,5 s-0.5 s0.25 ! takes 1
      7,13 HardSigmoid x2,5
      13 HardSigmoid x2,3,4,5 alpha=0.5 beta=0.25
      13 HardSigmoid x2,3,4 beta=0.0
      7,16 LeakyRelu x2,5
      13 LeakyRelu x2,5 alpha=-0.5
      13 LeakyRelu x2,5 slope=0.5 ! "slope" is unknown
      9,16 PRelu x2,3,4,5 w3,1,1
      16 PRelu x2,3,4,5 w1
      16 PRelu x2,3,4,5 w1,3,1,1
      16 PRelu x2,3,4 w3,1
      16 PRelu x2,5 w5
      16 PRelu x2,3,4,5 w5 ! one a channel
      14,18 HardSwish x2,5
      13 HardSwish x2,5 ! no such operator in opset 13
      20 Gelu x2,5
      20 Gelu x2,5 approximate=tanh
      20 Gelu x2,5 approximate=none
      20 Gelu x2,5 approximate=erf ! neither none nor tanh
      7,13 InstanceNormalization x2,3,4,5 w3 w3
      13 InstanceNormalization x2,3,4,5 w3 w3 epsilon=0.5
      13 InstanceNormalization x2,3,4 w3 w3
      13 InstanceNormalization x2,3 w3 w3 ! with pixels
      18 GroupNormalization x2,6,4,5 w3 w3 num_groups=3
      18 GroupNormalization x2,6,4,5 w3 w3 num_groups=3 epsilon=0.5
      21 GroupNormalization x2,6,4,5 w6 w6 num_groups=3
      21 GroupNormalization x2,6,4,5 w6 w6 num_groups=4 ! not divisible into 4 groups
      21 GroupNormalization x2,6,4,5 w6 w6 ! lacks the attribute num_groups
      17 LayerNormalization x2,5 w5
      17 LayerNormalization x2,5 w5 w5 epsilon=0.5
      17 LayerNormalization x2,3,4,5 w5 w5 axis=-1
      17 LayerNormalization x2,3,4,5 w3,4,5 w3,4,5 axis=1
      17 LayerNormalization x2,3,4 w3,4 axis=1
      17 LayerNormalization x2,3,4,5 w5 w4,1 axis=1
      17 LayerNormalization x2,4,4 w4,1 ! the shape of a row
      21 GroupNormalization x2,6,4,5 w6 w6 num_groups=3 stash_type=1
      21 GroupNormalization x2,6,4,5 w6 w6 num_groups=3 stash_type=10 ! stash_type 1 is
      17 LayerNormalization x2,5 w5 stash_type=1
      17 LayerNormalization x2,5 w5 stash_type=16 ! stash_type 1 is
      17 LayerNormalization x2,5 w2,5 axis=0 ! over the batch
      7,12 Softmax x2,3,4
      7,12 Softmax x2,3,4 axis=2
      12 Softmax x2,3,4 axis=0
      13 Softmax x2,3,4
      13 Softmax x2,3,4 axis=1
      13 Softmax x2,3,4 axis=0
      13 Softmax x2,5 axis=-1
      7,14 Add x2,3,4,5 w3,1,1
      14 Add x2,3,4,5 w5
      14 Add x2,5 w2,1
      14 Add x2,5 w4,2,5
      7,14 Sub x2,3,4,5 w1,3,1,1
      14 Sub x2,3,4,5 w4,1
      7,14 Mul x2,5 w5
      14 Mul x2,3,4 w3,1
      7,14 Div x2,5 w5
      14 Div x2,5 s4.0
      7 Add x2,5 w5 broadcast=1 axis=1 ! is unknown in opset 7
      7 Sum x2,5
      8,13 Sum x2,5 w5 w5 w2,5
      7 MaxPool x2,3,9,8 kernel_shape=3,2 strides=2,2 pads=1,0,1,1
      7 MaxPool x2,3,9,8 kernel_shape=3,2 ceil_mode=1 ! "ceil_mode" is unknown in opset 7
      8 MaxPool x2,3,9,8 kernel_shape=3,2 storage_order=1
      12 MaxPool x2,3,9,8 kernel_shape=3,2 strides=2,3 ceil_mode=1
      12 MaxPool x2,3,9,8 kernel_shape=3,2 strides=2,3 ceil_mode=1 pads=1,0,1,1
      12 MaxPool x2,3,9,8 kernel_shape=2,2 dilations=3,2 pads=1,1,1,1
      12 MaxPool x2,3,9,8 kernel_shape=3,3 strides=2,2 auto_pad=SAME_UPPER
      12 MaxPool x2,3,9,8 kernel_shape=3,3 strides=2,2 auto_pad=SAME_LOWER
      12 MaxPool x2,3,9,8 kernel_shape=3,3 strides=2,2 auto_pad=VALID
      12 MaxPool x2,3,9 kernel_shape=2 strides=2
      12 MaxPool x2,3,9,8,7 kernel_shape=2,2,2 ! one or two axes
      12 MaxPool x2,3,9,8 ! it lacks the attribute kernel_shape
      7 AveragePool x2,3,9,8 kernel_shape=3,2 pads=1,1,1,1
      7 AveragePool x2,3,9,8 kernel_shape=3,2 pads=1,1,1,1 count_include_pad=1
      11,19 AveragePool x2,3,9,8 kernel_shape=3,2 strides=2,3 ceil_mode=1
      19 AveragePool x2,3,9,8 kernel_shape=3,3 strides=2,3 pads=1,1,1,1 ceil_mode=1
      19 AveragePool x2,3,9,8 kernel_shape=3,3 strides=2,3 pads=1,1,1,1 ceil_mode=1 count_include_pad=1
      19 AveragePool x2,3,9,8 kernel_shape=3,2 dilations=2,3
      19 AveragePool x2,3,9,8 kernel_shape=3,3 dilations=2,2 pads=2,2,2,2
      19 AveragePool x2,3,9,8 kernel_shape=3,3 dilations=2,2 pads=2,2,2,2 count_include_pad=1
      11 AveragePool x2,3,9,8 kernel_shape=3,2 dilations=2,3 ! "dilations" is unknown in opset 11
      11 AveragePool x2,3,9,8 kernel_shape=3,3 strides=2,2 auto_pad=SAME_UPPER
      11 AveragePool x2,3,9,8 kernel_shape=3,3 strides=2,2 auto_pad=SAME_LOWER
      11 AveragePool x2,3,9,8 kernel_shape=9,8
      7,21 GlobalAveragePool x2,3,4,5
      7 GlobalMaxPool x2,3,4,5
      13 GlobalMaxPool x2,3,4
      7,11,13 ReduceMean x2,3,4,5 axes=2,3
      13 ReduceMean x2,3,4,5 axes=-1 keepdims=0
      13 ReduceMean x2,3,4,5 axes=1 keepdims=0
      13 ReduceMean x2,3,4,5
      13 ReduceMean x2,3 axes=0
      13 ReduceMean x2,3,4,5 i2,3 ! takes 1
      18 ReduceMean x2,3,4,5 i2,-1 keepdims=0
      18 ReduceMean x2,3,4,5
      18 ReduceMean x2,3,4,5 noop_with_empty_axes=1
      18 ReduceMean x2,3,4,5 axes=2,3 ! "axes" is unknown in opset 18
      7,13,21 Reshape x2,3,4 i2,-1
      13 Reshape x2,3,4 i0,4,3
      13 Reshape x2,3,4 i-1,12
      13 Reshape x2,3,4 i4,6
      14 Reshape x2,3,4 i0,-1 allowzero=0
      14 Reshape x2,3,4 i0,12 allowzero=1 ! cannot have the shape
      13 Reshape x2,3,4 i2,12 allowzero=1 ! "allowzero" is unknown in opset 13
      7,13 Flatten x2,3,4
      13 Flatten x2,3,4 axis=0
      13 Flatten x2,3,4 axis=2
      13 Flatten x2,3,4 axis=-1
      13 Flatten x1,3,4 axis=0
      13 Flatten x2,3,4 axis=3
      7,11 Squeeze x2,1,4,1 axes=1
      11 Squeeze x2,1,4,1
      13,21 Squeeze x2,1,4,1 i-1
      13 Squeeze x2,1,4,1
      13 Squeeze x2,1,4,1 axes=1 ! "axes" is unknown in opset 13
      7,11 Unsqueeze x2,3 axes=1,3
      13 Unsqueeze x2,3 i-1,1
      13 Unsqueeze x2,3 ! takes 2
      7,13 Transpose x2,3,4 perm=0,2,1
      13 Transpose x2,3,4
      13 Transpose x2,3,4 perm=0,1,1 ! names an axis twice
      7,9 Slice x2,3,8 axes=2 starts=1 ends=-2
      9 Slice x2,3,8 starts=0,1 ends=2,3
      9 Slice x2,3,8 starts=0,1 ! it lacks the attribute ends
      10,13 Slice x2,3,8 i1 i7 i2 i2
      13 Slice x2,3,8 i-1 i-9 i-1 i-1
      13 Slice x2,3,8 i6 i0 i2 i-3
      13 Slice x2,3,8 i0,1 i2,3
      13 Slice x2,3,8 i1 i7 _ i1
      13 Slice x2,3,8 i1,2 i7,3 i2,-1 ! named twice
      13 Slice x2,3,8 i1 i7 i2 i0 ! a step of 0
      13 Slice x2,3,8 axes=2 starts=1 ends=2 ! takes 3 to 5
      7,13 Gather x2,3,8 i2,0,-1 axis=1
      13 Gather x2,3,8 i1 axis=-1
      13 Gather x2,3,8 i8 axis=2 ! there is no axis
      7 Pad x2,3,4 pads=0,0,1,0,0,2 value=1.5
      10 Pad x2,3,4 pads=0,1,1,0,1,2 mode=reflect
      7 Pad x2,3,4 pads=0,1,1,0,1,2 mode=edge
      11,13 Pad x2,3,4 i0,0,1,0,0,2 s1.5
      13 Pad x2,3,4 i0,0,-1,0,0,-2
      13 Pad x2,3,4 i0,0,-1,0,0,2 s-1.0
      13 Pad x2,3,4 i0,1,2,0,2,3 mode=reflect
      13 Pad x2,3,4 i0,1,2,0,2,3 mode=edge
      18 Pad x2,3,4 i0,0,1,0,0,2 mode=wrap ! mode wrap came with opset 19
      19 Pad x2,3,4 i0,1,1,0,0,2 mode=wrap
      18,21 Pad x2,3,4 i1,2 s0.5 i-1
      18 Pad x2,3,4 i1,2,1,0 _ i-1,2 ! named twice
      13 Pad x2,3,4 i1,2 s0.5 i-1 ! takes 2 to 3
      13 Pad x2,3,4 i0,0,1,0,0,2 mode=symmetric ! none of ONNX's
      13 Pad x2,3,4 pads=0,0,1,0,0,2 ! takes 2 to 3
      7,13 Concat x2,3,4 x2,2,4 axis=1
      13 Concat x2,3,4 x2,3,1 axis=-1
      13 Concat x2,3,4 x1,3,4 axis=0
      13 Concat x2,3,4 x2,3,4 ! it lacks the attribute axis
      8,13 Expand x2,1,4 i2,3,4
      13 Expand x2,1,4 i3,1
      7,16 Identity x2,5
      7,13 Cast x2,5 to=1
      13 Cast x2,5 to=7 ! cannot become int64
      13 Cast x2,5 to=8 ! a cast to string
      13 Cast x2,5 ! it lacks the attribute to
      13 Cast x2,5 to=1 saturate=0 ! "saturate" is unknown in opset 13
      7 ConstantOfShape i2,5 ! there is no such operator in opset 7
      10 Range i2 i5 i1 ! there is no such operator in opset 10
      13 Relu x2,5 alpha=0.5 ! "alpha" is unknown in opset 13
      """;

  @Test
  void everyAttributeCountsOrIsRefused() throws IOException {
    List<String> wrong = new ArrayList<>();
    int same = 0;
    int refused = 0;
    for (String line : ROWS.lines().toList()) {
      String[] halves = line.split(" ! ");
      String[] words = halves[0].split(" ", 2);
      for (String opset : words[0].split(",")) {
        String outcome = outcome(words[1], Integer.parseInt(opset));
        boolean right =
            halves.length == 1
                ? outcome.equals("same")
                : outcome.contains("node \"my") && outcome.contains(halves[1]);
        if (!right) {
          wrong.add(opset + ": " + line + "\n      " + outcome);
        }
        same += halves.length == 1 ? 1 : 0;
        refused += halves.length == 1 ? 0 : 1;
      }
    }
    System.out.printf("%d nodes computed the same, %d refused by name%n", same, refused);
    assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
  }

  /** {@code same}, or the error, or by how much it differs. */
  private String outcome(String row, int opset) throws IOException {
    Path file = Row.parse(row, opset).write(folder.resolve("model.onnx"), opset);
    OnnxModel model;
    try {
      model = OnnxModel.read(file);
    } catch (FormatException e) {
      return e.getMessage();
    }
    Random random = new Random(5);
    Map<String, FloatBuffer> inputs = new java.util.HashMap<>();
    int batch = row.contains(" x1") && !row.contains(" x2") ? 1 : 2;
    model
        .network()
        .inputs()
        .forEach(
            input -> {
              FloatBuffer x = FloatBuffer.allocate((int) input.shape().elements(batch));
              for (int i = 0; i < x.limit(); i++) {
                x.put(i, (float) random.nextGaussian());
              }
              inputs.put(input.name(), x);
            });
    FloatBuffer ours =
        Running.run(model.network(), model.parameters(), batch, inputs).values().iterator().next();
    FloatBuffer theirs;
    try {
      theirs = OnnxRuntime.run(file, model.network(), batch, inputs).get("y");
    } catch (OrtException e) {
      return "ONNX Runtime refuses it: " + e.getMessage();
    }
    if (ours.limit() != theirs.limit()) {
      return ours.limit() + " elements, not " + theirs.limit() + "\n" + model.network();
    }
    double distance = Running.distance(ours, theirs);
    return distance < TOLERANCE ? "same" : "differs by " + distance + "\n" + model.network();
  }

  @Test
  void everySupportedOperatorHasASignature() {
    for (String operator : Operators.supported()) {
      assertNotNull(Operators.versions(operator), operator);
    }
  }

  /** What belongs to another version of an operator, or to none, is never passed over. */
  @Test
  void attributesOfOtherVersionsAreRefused() throws IOException {
    int refused = 0;
    for (String operator : Operators.supported()) {
      NavigableMap<Integer, Signature> versions = Operators.versions(operator);
      TreeSet<String> keys = new TreeSet<>(List.of("no_such"));
      versions.values().forEach(version -> keys.addAll(version.attributes().keySet()));
      for (int opset = Math.max(7, versions.firstKey()); opset <= 21; opset++) {
        Signature version = versions.floorEntry(opset).getValue();
        for (String key : keys) {
          if (!version.attributes().containsKey(key)) {
            requireRefused(operator, version.fewest(), opset, key);
            refused++;
          }
        }
      }
    }
    assertTrue(refused > 500, refused + " were tried");
  }

  private void requireRefused(String operator, int inputs, int opset, String key)
      throws IOException {
    TestGraph graph = new TestGraph().input("x", 2, 3);
    graph.node(operator, "x ".repeat(inputs).strip(), "y", TestGraph.integer(key, 1));
    Path file = graph.output("y", 2, 3).write(folder.resolve("model.onnx"), opset);
    String message =
        assertThrows(FormatException.class, () -> OnnxModel.read(file), operator + " " + key)
            .getMessage();
    assertTrue(message.contains("node \"my" + operator + "\""), message);
    assertTrue(message.contains("attribute \"" + key + "\" is unknown"), message);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 9, 13})
  void batchNormWithTrainingOutputsIsRefused(int opset) throws IOException {
    TestGraph graph = new TestGraph().input("x", -1, 3, 4, 4);
    for (String name : List.of("scale", "bias", "mean", "var")) {
      graph.filled(name, 1, 3);
    }
    graph.nodeWithOutputs(
        "BatchNormalization", "x scale bias mean var", "y mean2 var2 saved_mean saved_var");
    Path file = graph.output("y", -1, 3, 4, 4).write(folder.resolve("model.onnx"), opset);
    String message = assertThrows(FormatException.class, () -> OnnxModel.read(file)).getMessage();
    assertTrue(message.contains("node \"myBatchNormalization\""), message);
    assertTrue(message.contains("training mode is not supported"), message);
  }

  @Test
  void outputsInUseBesideTheFirstAreRefused() throws IOException {
    TestGraph graph = new TestGraph().input("x", 2, 3, 4, 4);
    graph.nodeWithOutputs("MaxPool", "x", "y places", TestGraph.ints("kernel_shape", 2, 2));
    Path file = graph.output("y", 2, 3, 3, 3).write(folder.resolve("model.onnx"), 12);
    assertEquals(1, OnnxModel.read(file).network().outputs().size());
    graph.output("places", 2, 3, 3, 3).write(file, 12);
    String message = assertThrows(FormatException.class, () -> OnnxModel.read(file)).getMessage();
    assertTrue(message.contains("node \"myMaxPool\""), message);
    assertTrue(message.contains("\"places\""), message);
  }

  @Test
  void attributeOfAnotherTypeIsRefused() throws IOException {
    requireReason(
        TestGraph.integer("kernel_shape", 2), "\"kernel_shape\" holds int where ints belongs");
    requireReason(
        TestGraph.ints("kernel_shape", 2, 2).float32(2, 1), "holds values of more types than one");
    requireReason(
        TestGraph.ints("kernel_shape", 2, 2).text(21, "k"), "refers to an attribute of a function");
  }

  private void requireReason(Message attribute, String reason) throws IOException {
    TestGraph graph = new TestGraph().input("x", 2, 3, 4, 4).node("MaxPool", "x", "y", attribute);
    Path file = graph.output("y", 2, 3, 3, 3).write(folder.resolve("model.onnx"), 12);
    String message = assertThrows(FormatException.class, () -> OnnxModel.read(file)).getMessage();
    assertTrue(message.contains("node \"myMaxPool\""), message);
    assertTrue(message.contains(reason), message);
  }

  /** A row of the table above as a graph. */
  private static final class Row {
    private final TestGraph graph = new TestGraph();
    private final StringBuilder names = new StringBuilder();
    private final List<Message> attributes = new ArrayList<>();
    private int count;

    static TestGraph parse(String text, int opset) {
      Row row = new Row();
      String[] words = text.split(" ");
      Signature signature = Operators.versions(words[0]).lastEntry().getValue();
      Map.Entry<Integer, Signature> at = Operators.versions(words[0]).floorEntry(opset);
      for (int i = 1; i < words.length; i++) {
        String[] pair = words[i].split("=");
        if (pair.length == 2) {
          AttributeType type = at == null ? null : at.getValue().attributes().get(pair[0]);
          AttributeType late = signature.attributes().get(pair[0]);
          row.attributes.add(attribute(pair[0], pair[1], type == null ? late : type));
        } else {
          row.input(words[i].charAt(0), words[i].substring(1));
        }
      }
      return row.graph
          .node(words[0], row.names.toString().strip(), "y", row.attributes.toArray(Message[]::new))
          .outputOfAnyShape("y");
    }

    private void input(char kind, String text) {
      String name = kind == '_' ? "_" : kind + String.valueOf(count++);
      names.append(' ').append(name);
      switch (kind) {
        case 'x' -> graph.input(name, longs(text));
        case 'w' -> graph.weights(name, longs(text));
        case 'p' -> graph.filled(name, 1.5f, longs(text));
        case 'i' -> graph.longs(name, longs(text));
        case 's' -> graph.scalar(name, Float.parseFloat(text));
        case 'b' ->
            graph.tensor(TestGraph.head(name, 9).bytes(9, new byte[] {Byte.parseByte(text)}));
        default -> {
          // Left out.
        }
      }
    }

    private static Message attribute(String key, String value, AttributeType type) {
      if (type == AttributeType.STRING || type == null && Character.isLetter(value.charAt(0))) {
        return TestGraph.text(key, value);
      }
      if (type == AttributeType.FLOAT || type == null && value.contains(".")) {
        return TestGraph.number(key, Float.parseFloat(value));
      }
      return type == AttributeType.INTS || type == null && value.contains(",")
          ? TestGraph.ints(key, longs(value))
          : TestGraph.integer(key, Long.parseLong(value));
    }

    private static long[] longs(String text) {
      return java.util.Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
    }
  }
}
