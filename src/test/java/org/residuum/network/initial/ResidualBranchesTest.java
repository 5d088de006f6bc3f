package org.residuum.network.initial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.initial.ResidualBranches.Branch;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Window;

/** Blocks as users write them with {@link NetworkBuilder}, and what starts small in them. */
final class ResidualBranchesTest {
  private static final Window THREE = Window.square(3, 1, 1);
  private static final int CHANNELS = 4;

  /** A block: its name and input to its output. */
  private interface Block extends BiFunction<String, Value, Value> {}

  /** Networks of some blocks between a stem and a head. */
  private static Network network(int blocks, BiFunction<NetworkBuilder, String, Block> kind) {
    NetworkBuilder net = new NetworkBuilder("own");
    Value y = net.relu("stem.relu", conv(net, "stem", net.input("x", Shape.batch(3, 5, 5))));
    for (int i = 0; i < blocks; i++) {
      y = kind.apply(net, "b" + i).apply("b" + i, y);
    }
    Value pooled = net.flatten("flatten", net.globalAveragePool("pool", y));
    net.output("logits", net.dense("head", pooled, 3));
    return net.build();
  }

  private static Value conv(NetworkBuilder net, String name, Value x) {
    return net.conv2d(name, x, new Conv2d(CHANNELS, THREE, 1, true, Epilogue.NONE));
  }

  private static Value point(NetworkBuilder net, String name, Value x) {
    return net.conv2d(
        name, x, new Conv2d(CHANNELS, Window.square(1, 1, 0), 1, true, Epilogue.NONE));
  }

  private static Value basic(NetworkBuilder net, String name, Value x) {
    return conv(net, name + ".2", net.relu(name + ".r", conv(net, name + ".1", x)));
  }

  private static Value bottleneck(NetworkBuilder net, String name, Value x) {
    Value h = net.relu(name + ".r1", point(net, name + ".1", x));
    h = net.relu(name + ".r2", conv(net, name + ".2", h));
    return point(net, name + ".3", h);
  }

  private static Value norm(NetworkBuilder net, String name, Value x) {
    return net.batchNorm(name, x);
  }

  static Stream<Arguments> blocks() {
    return Stream.of(
        row("basic", 2, (net, n) -> (b, x) -> net.add(n, basic(net, b, x), x)),
        row("shortcut first", 2, (net, n) -> (b, x) -> net.add(n, x, basic(net, b, x))),
        row(
            "ReLU behind",
            2,
            (net, n) -> (b, x) -> net.relu(n + ".r2", net.add(n, basic(net, b, x), x))),
        row(
            "projection",
            2,
            (net, n) -> (b, x) -> net.add(n, point(net, b + ".p", x), basic(net, b, x))),
        row("bottleneck", 3, (net, n) -> (b, x) -> net.add(n, bottleneck(net, b, x), x)),
        row("one layer", 1, (net, n) -> (b, x) -> net.add(n, conv(net, b + ".1", x), x)),
        row(
            "ReLU before",
            2,
            (net, n) -> (b, x) -> net.add(n, basic(net, b, net.relu(b + ".r0", x)), x)),
        row(
            "excited",
            2,
            (net, n) ->
                (b, x) -> {
                  Value h = basic(net, b, x);
                  Value gate = point(net, b + ".g", net.globalAveragePool(b + ".gp", h));
                  Activate sigmoid = new Activate(Activation.SIGMOID);
                  gate = net.append(b + ".s", sigmoid, List.of(gate), List.of());
                  Value f = net.append(b + ".m", new Multiply(), List.of(h, gate), List.of());
                  return net.add(n, f, x);
                }));
  }

  private static Arguments row(
      String name, int layers, BiFunction<NetworkBuilder, String, Block> kind) {
    return Arguments.of(name, layers, kind);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("blocks")
  void closingWeightsStartAtZeroAndInnerOnesSmall(
      String name, int layers, BiFunction<NetworkBuilder, String, Block> kind) {
    Network one = network(1, kind);
    Network many = network(64, kind);
    Parameters alone = new Initializer(3).initialize(one);
    Parameters parameters = new Initializer(3).initialize(many);
    assertEquals(64, ResidualBranches.of(many).size());
    assertEquals(0, norm(parameters, "b7." + layers + ".weight"));
    for (int layer = 1; layer < layers; layer++) {
      String inner = "b0." + layer + ".weight";
      int depth = name.equals("excited") ? 3 : layers; // The gate's layer is on the longest way.
      double expected = Math.pow(64, -1.0 / (2 * depth - 2)) * norm(alone, inner);
      assertEquals(expected, norm(parameters, inner), 1e-6, inner);
    }
    assertEquals(norm(alone, "stem.weight"), norm(parameters, "stem.weight"));
    assertEquals(norm(alone, "head.weight"), norm(parameters, "head.weight"));
    if (name.equals("projection")) {
      assertEquals(norm(alone, "b0.p.weight"), norm(parameters, "b0.p.weight"));
    }
  }

  /** Zeros behind a ReLU would never change: its derivative at 0 is 0. */
  @Test
  void branchThatEndsInReluStartsSmallNotAtZero() {
    BiFunction<NetworkBuilder, String, Block> kind =
        (net, n) -> (b, x) -> net.add(n, net.relu(b + ".r", conv(net, b + ".1", x)), x);
    Parameters alone = new Initializer(3).initialize(network(1, kind));
    Parameters parameters = new Initializer(3, true).initialize(network(20, kind));
    assertEquals(
        norm(alone, "b0.1.weight") / 20, norm(parameters, "b0.1.weight"), 1e-6, "a 20th each");
  }

  @Test
  void branchWithBatchNormsKeepsItsWeights() {
    BiFunction<NetworkBuilder, String, Block> kind =
        (net, n) ->
            (b, x) -> {
              Value h = net.relu(b + ".r", norm(net, b + ".n1", conv(net, b + ".1", x)));
              return net.add(n, norm(net, b + ".n2", conv(net, b + ".2", h)), x);
            };
    Network network = network(16, kind);
    Parameters plain = new Initializer(3).initialize(network);
    Parameters identity = new Initializer(3, true).initialize(network);
    assertEquals(CHANNELS, norm(plain, "b3.n2.weight"), "gamma is 1");
    assertEquals(0, norm(identity, "b3.n2.weight"));
    assertTrue(norm(plain, "b3.2.weight") > 0);
    for (String name : plain.names()) {
      if (!name.contains("n2")) {
        assertEquals(plain.get(name).data(), identity.get(name).data(), name);
      }
    }
  }

  /** Neither operand is the other's shortcut: both keep He's variance. */
  @Test
  void sumOfTwoEqualBranchesIsNoResidualBlock() {
    BiFunction<NetworkBuilder, String, Block> kind =
        (net, n) -> (b, x) -> net.add(n, conv(net, b + ".1", x), conv(net, b + ".2", x));
    Network network = network(2, kind);
    assertEquals(List.of(), ResidualBranches.of(network));
    Parameters parameters = new Initializer(3).initialize(network);
    assertTrue(norm(parameters, "b1.1.weight") > 0 && norm(parameters, "b1.2.weight") > 0);
  }

  /** A skip over whole blocks is no branch to close: their own ends are closed already. */
  @Test
  void additionAroundSeveralBlocksLeavesThemTheirForm() {
    NetworkBuilder net = new NetworkBuilder("nested");
    Value x = net.input("x", Shape.batch(6));
    Value y = x;
    ResidualBlocks blocks = new ResidualBlocks(net, ResidualBlocks.Shortcut.PROJECTION);
    for (int i = 0; i < 3; i++) {
      y = blocks.dense("b" + i, y, false);
    }
    net.output("y", net.add("around", y, x));
    List<String> closing = new ArrayList<>();
    for (Branch branch : ResidualBranches.of(net.build())) {
      branch.closing().forEach(spec -> closing.add(spec.name()));
    }
    assertEquals(List.of("b0.fc2.weight", "b1.fc2.weight", "b2.fc2.weight"), closing);
  }

  private static double norm(Parameters parameters, String name) {
    double squares = 0;
    for (float value : parameters.get(name).toArray()) {
      squares += (double) value * value;
    }
    return name.contains(".n") ? squares : Math.sqrt(squares);
  }
}
