package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.data.Dataset;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;

/** Fresh weights learn at any depth, with the defaults of their recipe and the same few epochs. */
final class DepthTest {
  private static final Shape IMAGE = Shape.of(3, 8, 8);

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 200})
  void denseBlocksOfAnyNumberLearn(int blocks) throws Exception {
    Network network = ResNets.mlp(Shape.of(4), 8, blocks, 3);
    Dataset training = TinyData.corners(192, 1);
    TrainingOptions options =
        Recipe.named("mlp").options(network, training).toBuilder()
            .epochs(5)
            .batch(16)
            .schedule(Schedule.OneCycle.of(0.01))
            .build();
    assertLearns(network, options, training, TinyData.corners(60, 2));
  }

  static Stream<Network> convolutions() {
    return Stream.of(
        own(2, false),
        own(30, false),
        own(30, true),
        ResNets.cifarPreActivation(8, IMAGE, 3, ResidualBlocks.Shortcut.ZERO_PAD),
        ResNets.cifarPreActivation(56, IMAGE, 3, ResidualBlocks.Shortcut.ZERO_PAD));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionalBlocksOfAnyNumberLearn(Network network) throws Exception {
    Dataset training = TinyData.colours(192, 1);
    TrainingOptions options =
        Recipe.of(network, training).options(network, training).toBuilder()
            .epochs(3)
            .batch(16)
            .build();
    assertLearns(network, options, training, TinyData.colours(60, 2));
  }

  /** Blocks of one's own without batch norm: two 3×3 convolutions, or 1×1, 3×3, 1×1. */
  private static Network own(int blocks, boolean bottleneck) {
    NetworkBuilder net = new NetworkBuilder((bottleneck ? "bottleneck" : "basic") + blocks);
    Value y = net.relu("stem.relu", conv(net, "stem", net.input("x", Shape.batch(3, 8, 8)), 3));
    for (int i = 0; i < blocks; i++) {
      String name = "block" + i;
      Value h = net.relu(name + ".relu1", conv(net, name + ".conv1", y, bottleneck ? 1 : 3));
      h = conv(net, name + ".conv2", h, 3);
      if (bottleneck) {
        h = conv(net, name + ".conv3", net.relu(name + ".relu2", h), 1);
      }
      y = net.relu(name + ".relu", net.add(name + ".add", h, y));
    }
    Value pooled = net.flatten("flatten", net.globalAveragePool("pool", y));
    net.output("logits", net.dense("head", pooled, 3));
    return net.build();
  }

  private static Value conv(NetworkBuilder net, String name, Value x, int side) {
    Window window = Window.square(side, 1, side / 2);
    return net.conv2d(name, x, new Conv2d(8, window, 1, true, Epilogue.NONE));
  }

  private static void assertLearns(
      Network network, TrainingOptions options, Dataset training, Dataset test) throws Exception {
    TrainingResult.EpochResult last =
        new Trainer(new CpuBackend(), network, options).train(training, test).lastResult();
    assertTrue(
        last.validation().top1() >= 0.9,
        () ->
            network.name()
                + " has accuracy "
                + last.validation().top1()
                + ", loss "
                + last.trainLoss());
  }

  @Test
  void singleStepIsTakenAtThePeak() throws Exception {
    Dataset training = TinyData.corners(16, 1);
    Network network = ResNets.mlp(Shape.of(4), 8, 1, 3);
    TrainingOptions options =
        Recipe.named("mlp").options(network, training).toBuilder().epochs(1).batch(16).build();
    TrainingResult.EpochResult only =
        new Trainer(new CpuBackend(), network, options).train(training, training).lastResult();
    assertEquals(options.schedule().peak(), only.learningRate());
  }
}
