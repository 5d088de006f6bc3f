package org.residuum.format.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.residuum.format.FormatException;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.OpClasses;
import org.residuum.network.ParameterSpec;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.loss.PointwiseLoss;
import org.residuum.network.loss.SoftTargetCrossEntropy;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Gather;
import org.residuum.network.op.GroupNorm;
import org.residuum.network.op.Input;
import org.residuum.network.op.LayerNorm;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.PRelu;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;
import org.residuum.network.op.Window;
import org.residuum.plan.Gradients;

final class NetworkJsonTest {
  private static final Shape IMAGE = Shape.of(3, 32, 32);

  private static void assertComesBack(Network network) throws IOException {
    Network read = NetworkReader.read(Path.of("network.json"), NetworkWriter.write(network));
    assertEquals(network.nodes(), read.nodes());
    assertEquals(network.outputs(), read.outputs());
    assertEquals(network.toString(), read.toString());
  }

  @Test
  void publishedNetworksComeBackEqual() throws IOException {
    assertComesBack(ResNets.cifar(20));
    assertComesBack(ResNets.cifarPreActivation(20, IMAGE, 100, ResidualBlocks.Shortcut.PROJECTION));
    assertComesBack(ResNets.imagenet(18));
    assertComesBack(ResNets.imagenet(152));
    assertComesBack(ResNets.resnext50(Shape.of(3, 224, 224), 7));
    assertComesBack(ResNets.mlp(64, 16));
  }

  /** y = W x + b with x and y of bytes, W of bf16. */
  private static Network mixedTypes() {
    NetworkBuilder net = new NetworkBuilder("mixed");
    List<ElementType> bytes = List.of(ElementType.I8);
    Value x = net.appendAll("x", new Input(Shape.batch(4)), List.of(), List.of(), bytes).get(0);
    List<ParameterSpec> parameters =
        List.of(
            new ParameterSpec(
                "fc.weight", Shape.of(3, 4), ParameterSpec.Role.WEIGHT, false, ElementType.BF16),
            new ParameterSpec("fc.bias", Shape.of(3), ParameterSpec.Role.BIAS));
    Dense dense = new Dense(3, true, Epilogue.NONE);
    net.output("y", net.appendAll("fc", dense, List.of(x), parameters, bytes).get(0));
    return net.build();
  }

  @Test
  void elementTypesComeBackAndAreWrittenOnlyWhereTheyAreNotFloat32() throws IOException {
    assertComesBack(mixedTypes());
    String text = NetworkWriter.write(mixedTypes());
    assertEquals(2, text.split("\"types\":\\[\"int8\"\\]", -1).length - 1, text);
    assertEquals(1, text.split("\"type\":\"bfloat16\"", -1).length - 1, text);
    String floats = NetworkWriter.write(ResNets.mlp(4, 1));
    assertFalse(floats.contains("float32") || floats.contains("\"types\""), floats);
    String wrong = text.replace("bfloat16", "bfloat17");
    String message =
        assertThrows(
                FormatException.class, () -> NetworkReader.read(Path.of("network.json"), wrong))
            .getMessage();
    assertTrue(message.contains("no element type is named bfloat17, only [float32,"), message);
  }

  @Test
  void everyOperationComesBackEqual() throws IOException {
    Network forward = everyForwardOperation();
    Set<String> written = new TreeSet<>();
    Network soft = Gradients.of(forward, new SoftTargetCrossEntropy());
    Network each = Gradients.of(forward, new PointwiseLoss(PointwiseLoss.Kind.SMOOTH_L1));
    for (Network network :
        List.of(Gradients.of(forward, 0.1f), soft, each, movesOfImportedNetworks())) {
      assertComesBack(network);
      network.nodes().forEach(node -> written.add(node.op().getClass().getSimpleName()));
    }
    Set<String> known = new TreeSet<>();
    OpClasses.forward().forEach(type -> known.add(type.getSimpleName()));
    OpClasses.losses().forEach(type -> known.add(type.getSimpleName()));
    OpClasses.backward().forEach(type -> known.add(type.getSimpleName()));
    assertEquals(known, written, "this test must use each operation");
  }

  private static Network everyForwardOperation() {
    NetworkBuilder net = new NetworkBuilder("every operation");
    Value x = net.input("x", Shape.batch(3, 7, 9));
    Value turned = net.append("turned", new Transpose(List.of(0, 1, 3, 2)), List.of(x), List.of());
    Value picked =
        net.append("picked", new Gather(1, List.of(2, -1, 0), 0.5f), List.of(turned), List.of());
    Value joined = net.append("joined", new Concat(1), List.of(turned, picked), List.of());
    Value y = net.conv2d("conv", joined, 8, Window.square(3, 1, 1));
    y = net.relu("relu", net.batchNorm("bn", y, 1.1e-5f, true));
    y = op(net, "clip", Activation.clip(-0.1f, Float.POSITIVE_INFINITY), y);
    Value scale = op(net, "sigmoid", Activation.SIGMOID, y);
    y = net.append("multiply", new Multiply(), List.of(y, scale), List.of());
    y =
        net.layer(
            "groups", new GroupNorm(4, 1e-5f, false), net.layer("slopes", new PRelu(true), y));
    y = op(net, "gelu", Activation.GELU_TANH, op(net, "leaky", Activation.leakyRelu(0.1f), y));
    y = net.append("slice", new SliceChannels(1, 6), List.of(y), List.of());
    y = net.append("pad", new PadChannels(1, 1), List.of(y), List.of());
    y = net.append("subsample", new Subsample(2), List.of(y), List.of());
    y = net.pool("max", y, Pool2d.max(Window.of(2, 3).stride(1, 2).pad(1, 0, 0, 1)));
    y = net.add("add", y, net.pool("mean", y, Pool2d.average(Window.square(3, 1, 1))));
    Value logits = net.dense("fc", net.flatten("flatten", net.globalAveragePool("gap", y)), 5);
    logits = net.layer("rows", new LayerNorm(1e-5f, false), logits);
    net.output("logits", net.dense("head", net.softmax("attention", logits), 4));
    return net.build();
  }

  private static Network movesOfImportedNetworks() {
    NetworkBuilder net = new NetworkBuilder("moves");
    Value y = net.input("x", Shape.batch(3, 4, 5));
    y = net.append("gather", new Gather(2, List.of(0, -1, 3), -1.5f), List.of(y), List.of());
    y = net.append("low", new Gather(1, List.of(-1, 2), Float.NaN), List.of(y), List.of());
    y = net.append("concat", new Concat(1), List.of(y, y), List.of());
    net.output("y", net.append("turn", new Transpose(List.of(0, 2, 3, 1)), List.of(y), List.of()));
    return net.build();
  }

  private static Value op(NetworkBuilder net, String name, Activation activation, Value x) {
    return net.append(name, new Activate(activation), List.of(x), List.of());
  }
}
