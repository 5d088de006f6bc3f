package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Gather;
import org.residuum.network.op.GroupNorm;
import org.residuum.network.op.LayerNorm;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.PRelu;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;
import org.residuum.network.op.Window;
import org.residuum.plan.BatchNormFolding;
import org.residuum.plan.Gradients;
import org.residuum.plan.Passes;

class WriterTest {
  private static final int BATCH = 3;
  private static final long SEED = 20151210;
  private static final Shape SMALL = Shape.of(3, 32, 32);

  @TempDir Path folder;

  static List<Network> everyResNet() {
    return List.of(
        ResNets.cifar(20),
        ResNets.cifar(8, SMALL, 10, ResidualBlocks.Shortcut.PROJECTION),
        ResNets.cifar(110),
        ResNets.cifarPreActivation(20, SMALL, 10, ResidualBlocks.Shortcut.ZERO_PAD),
        ResNets.cifarPreActivation(20, SMALL, 10, ResidualBlocks.Shortcut.PROJECTION),
        ResNets.imagenet(18),
        ResNets.imagenet(50),
        ResNets.imagenet(152),
        ResNets.resnext50(Shape.of(3, 224, 224), 1000),
        ResNets.wideResnet50(Shape.of(3, 224, 224), 1000),
        ResNets.mlp(64, 12),
        ResNets.mlp(Shape.of(1, 28, 28), 32, 3, 10));
  }

  static Stream<Network> smallNetworks() {
    return Stream.of(
        ResNets.cifar(20),
        ResNets.cifar(8, SMALL, 10, ResidualBlocks.Shortcut.PROJECTION),
        ResNets.cifarPreActivation(8, SMALL, 10, ResidualBlocks.Shortcut.PROJECTION),
        ResNets.imagenet(18, SMALL, 10),
        ResNets.imagenet(50, SMALL, 10),
        ResNets.mlp(Shape.of(1, 28, 28), 32, 3, 10),
        everyOperation());
  }

  /** Each operation that no ResNet has, and squeeze and excitation. */
  static Network everyOperation() {
    NetworkBuilder net = new NetworkBuilder("every operation");
    Value x = net.conv2d("stem", net.input("x", Shape.batch(3, 9, 11)), 8, Window.square(3, 1, 1));
    Value squeezed = net.flatten("flat", net.globalAveragePool("squeeze", x));
    Value excited = net.dense("fc", squeezed, 8);
    excited = net.append("gate", new Activate(Activation.SIGMOID), List.of(excited), List.of());
    excited = net.append("unflat", new Reshape(Shape.batch(8, 1, 1)), List.of(excited), List.of());
    x = net.append("scale", new Multiply(), List.of(x, excited), List.of());
    x = net.append("relu6", new Activate(Activation.RELU6), List.of(x), List.of());
    x = net.append("clip", new Activate(Activation.clip(-.5f, .75f)), List.of(x), List.of());
    x = net.append("slice", new SliceChannels(1, 6), List.of(x), List.of());
    x = net.append("pad", new PadChannels(1, 2), List.of(x), List.of());
    Value a = net.pool("average", x, Pool2d.average(Window.square(3, 1, 1)));
    Window odd = Window.of(3, 2).pad(1, 1, 1, 0);
    Value b = net.pool("mean", x, new Pool2d(Pool2d.Kind.AVERAGE, odd, false, false));
    x = net.append("concat", new Concat(1), List.of(a, b), List.of());
    x = net.append("swap", new Transpose(List.of(0, 1, 3, 2)), List.of(x), List.of());
    x = net.append("mirror", new Gather(3, List.of(8, 6, -1, 2, 2), .25f), List.of(x), List.of());
    x = net.append("pick", new Gather(2, List.of(0, 10, 5, 4, 3), 0), List.of(x), List.of());
    x = net.append("half", new Subsample(2), List.of(x), List.of());
    x = net.pool("max", x, new Pool2d(Pool2d.Kind.MAX, Window.square(2, 2, 0), false, true));
    net.output("p", net.softmax("softmax", net.dense("head", net.flatten("flat2", x), 5)));
    net.output("features", x);
    return net.build();
  }

  /** Norms within an example, and the activations that some opsets write in several nodes. */
  static Network modernOperations() {
    NetworkBuilder net = new NetworkBuilder("modern operations");
    Value x = net.conv2d("stem", net.input("x", Shape.batch(3, 6, 5)), 6, Window.square(3, 1, 1));
    x = net.layer("groups", new GroupNorm(3, 1e-3f, false), x);
    x = net.layer("slopes", new PRelu(true), x);
    x = net.layer("instances", new GroupNorm(6, 1e-5f, false), x);
    x = net.layer("slope", new PRelu(false), x);
    Activation[] activations = {
      Activation.leakyRelu(0.25f),
      Activation.SILU,
      Activation.HARDSWISH,
      Activation.GELU,
      Activation.GELU_TANH
    };
    for (Activation activation : activations) {
      Value y = net.layer("act" + activation.kind(), new Activate(activation), x);
      x = net.add("add" + activation.kind(), x, y);
    }
    x = net.flatten("flat", net.globalAveragePool("pool", x));
    x = net.layer("rows", new LayerNorm(1e-4f, false), net.dense("fc", x, 7));
    net.output("y", net.dense("head", net.layer("vector", new PRelu(true), x), 4));
    return net.build();
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 13, 14, 16, 17, 18, 20, 21})
  void modernOperationsComeBackAtEveryOpset(int opset) throws IOException, OrtException {
    Network network = modernOperations();
    Parameters parameters = numbered(network);
    OnnxModel back = roundTrip(network, parameters, opset);
    assertEquals(network.toString(), back.network().toString());
    for (ParameterSpec spec : network.parameters()) {
      assertEquals(parameters.get(spec.name()).data(), back.parameters().get(spec.name()).data());
    }
    compareWithOnnxRuntime(network, random(network), opset);
  }

  @ParameterizedTest
  @MethodSource("everyResNet")
  void networkReadBackIsTheSameNodeForNode(Network network) throws IOException {
    Parameters parameters = numbered(network);
    OnnxModel back = roundTrip(network, parameters, OnnxModel.DEFAULT_OPSET);
    assertEquals(network.toString(), back.network().toString());
    for (ParameterSpec spec : network.parameters()) {
      assertEquals(
          parameters.get(spec.name()).data(),
          back.parameters().get(spec.name()).data(),
          () -> spec.name());
    }
  }

  @ParameterizedTest
  @MethodSource("smallNetworks")
  void onnxRuntimeGivesTheSameResults(Network network) throws IOException, OrtException {
    Parameters parameters = random(network);
    compareWithOnnxRuntime(network, parameters, OnnxModel.DEFAULT_OPSET);
  }

  @ParameterizedTest
  @MethodSource("smallNetworks")
  void foldedAndFusedNetworkGivesTheSameResults(Network network) throws IOException, OrtException {
    BatchNormFolding.Folded fused = Passes.inference(network, random(network));
    compareWithOnnxRuntime(fused.network(), fused.parameters(), OnnxModel.DEFAULT_OPSET);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 15, 16, 18, 19, 20, 21})
  void everyOpsetIsUnderstood(int opset) throws IOException, OrtException {
    Network network = everyOperation();
    compareWithOnnxRuntime(network, random(network), opset);
  }

  private void compareWithOnnxRuntime(Network network, Parameters parameters, int opset)
      throws IOException, OrtException {
    Path file = folder.resolve("model.onnx");
    OnnxModel.write(file, network, parameters, opset);
    Map<String, FloatBuffer> inputs = inputs(network);
    Map<String, FloatBuffer> ours = Running.run(network, parameters, BATCH, inputs);
    OnnxModel back = OnnxModel.read(file);
    Map<String, FloatBuffer> again = Running.run(back.network(), back.parameters(), BATCH, inputs);
    Map<String, FloatBuffer> theirs = OnnxRuntime.run(file, network, BATCH, inputs);
    assertEquals(ours.keySet(), theirs.keySet());
    for (String output : ours.keySet()) {
      assertEquals(ours.get(output).limit(), theirs.get(output).limit());
      requireEqual(network, output, "read back", ours.get(output), again.get(output));
      requireEqual(network, output, "ONNX Runtime", ours.get(output), theirs.get(output));
    }
  }

  /** 32-bit sums over up to 4,608 products and 50 layers: 1e-4 of the largest result. */
  private static void requireEqual(
      Network network, String output, String who, FloatBuffer ours, FloatBuffer theirs) {
    double largest = 0;
    for (int i = 0; i < ours.limit(); i++) {
      largest = Math.max(largest, Math.abs(ours.get(i)));
    }
    double share = Running.distance(ours, theirs) / (1e-4 * largest);
    String message =
        String.format("%s %s, %s: %.4f of the tolerance", network.name(), output, who, share);
    System.out.println(message);
    assertTrue(largest > 0 && share <= 1, message);
  }

  @Test
  void onnxCheckerAcceptsWhatIsWritten() throws IOException, InterruptedException {
    Checker.require();
    for (Network network : smallNetworks().toList()) {
      BatchNormFolding.Folded fused = Passes.inference(network, random(network));
      Path file = folder.resolve("model.onnx");
      OnnxModel.write(file, network, random(network), 17);
      assertEquals("", Checker.check(file), network.name());
      OnnxModel.write(file, fused.network(), fused.parameters(), 13);
      assertEquals("", Checker.check(file), network.name() + ", fused");
    }
  }

  @Test
  void trainingNetworkIsRefused() {
    Network training = Gradients.of(ResNets.cifar(8), 0);
    Parameters parameters = random(training);
    Path file = folder.resolve("model.onnx");
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class, () -> OnnxModel.write(file, training, parameters));
    assertTrue(error.getMessage().contains("for inference"), error.getMessage());
    assertTrue(Files.notExists(file));
  }

  @Test
  void opsetThatCannotBeWrittenIsNamed() {
    Network network = ResNets.mlp(4, 1);
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> OnnxModel.write(folder.resolve("m"), network, random(network), 9));
    assertTrue(error.getMessage().contains("opset 9"), error.getMessage());
  }

  @Test
  void missingParameterIsNamed() {
    Network network = ResNets.mlp(4, 1);
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> OnnxModel.write(folder.resolve("m"), network, new Parameters(Map.of())));
    assertTrue(error.getMessage().contains("blocks.0.fc1.weight"), error.getMessage());
  }

  private OnnxModel roundTrip(Network network, Parameters parameters, int opset)
      throws IOException {
    Path file = folder.resolve("model.onnx");
    OnnxModel.write(file, network, parameters, opset);
    return OnnxModel.read(file);
  }

  private static Map<String, FloatBuffer> inputs(Network network) {
    Random random = new Random(SEED);
    Map<String, FloatBuffer> inputs = new HashMap<>();
    for (Value input : network.inputs()) {
      FloatBuffer values = FloatBuffer.allocate((int) input.shape().elements(BATCH));
      for (int i = 0; i < values.limit(); i++) {
        values.put(i, (float) random.nextGaussian());
      }
      inputs.put(input.name(), values);
    }
    return inputs;
  }

  /** Values that tell every element of every parameter apart from its neighbours. */
  private static Parameters numbered(Network network) {
    Parameters parameters = Parameters.allocate(network.parameters());
    int next = 0;
    for (ParameterSpec spec : network.parameters()) {
      FloatBuffer data = parameters.get(spec.name()).data();
      for (int i = 0; i < data.limit(); i++) {
        data.put(i, next++ * 0x1p-20f);
      }
    }
    return parameters;
  }

  /** Weights as at the start of training, but batch norms that do something. */
  private static Parameters random(Network network) {
    Parameters parameters = new Initializer(SEED).initialize(network);
    Random random = new Random(SEED);
    for (ParameterSpec spec : network.parameters()) {
      FloatBuffer data = parameters.get(spec.name()).data();
      for (int i = 0; i < data.limit() && spec.role() != ParameterSpec.Role.WEIGHT; i++) {
        boolean scale =
            spec.role() == ParameterSpec.Role.GAMMA
                || spec.role() == ParameterSpec.Role.RUNNING_VAR;
        data.put(i, (scale ? .75f : -.1f) + random.nextFloat() * (scale ? .5f : .2f));
      }
    }
    return parameters;
  }
}
