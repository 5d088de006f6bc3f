package org.residuum.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Value;

class MemoryPlanTest {
  /** Of the arena, over the largest live set. */
  private static final double MOST_WASTE = 1.2;

  static Stream<Network> networks() {
    return BuiltInNetworks.published();
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("networks")
  void inferenceArenaIsSoundAndSmall(Network network) {
    for (Network form : List.of(network, EpilogueFusion.apply(network))) {
      check(form, 1);
      check(form, 32);
    }
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("networks")
  void trainingArenaIsSoundAndSmall(Network network) {
    Network training = Gradients.of(network, 0);
    for (Network form :
        List.of(training, Passes.training(training), Passes.trainingInPlace(training))) {
      check(form, 2);
      check(form, 128);
    }
  }

  private static void check(Network network, int batch) {
    MemoryPlan plan = MemoryPlan.of(network, value -> bytes(value, batch));
    long live = LiveSets.check(network, value -> bytes(value, batch), plan);
    assertEquals(live, plan.largestLiveBytes(), network.name() + ": the largest live set");
    assertTrue(
        plan.arenaBytes() <= MOST_WASTE * live,
        () ->
            network.name()
                + " batch "
                + batch
                + ": arena "
                + plan.arenaBytes()
                + " bytes, largest live set "
                + live);
  }

  private static long bytes(Value value, int batch) {
    return 4 * value.shape().elements(batch);
  }

  @Test
  void chainNeedsTwoBuffersBesideInputAndOutput() {
    NetworkBuilder net = new NetworkBuilder("chain");
    Value y = net.input("x", Shape.batch(16));
    for (int i = 0; i < 10; i++) {
      y = net.relu("relu" + i, y);
    }
    net.output("y", y);
    MemoryPlan plan = MemoryPlan.of(net.build(), value -> bytes(value, 1));
    assertEquals(3 * 64, plan.largestLiveBytes());
    assertEquals(3 * 64, plan.arenaBytes());
  }

  @Test
  void namesTheInputWhoseBytesAnOutputTakes() {
    NetworkBuilder net = new NetworkBuilder("chain");
    Value x = net.input("x", Shape.batch(16));
    Value a = net.relu("a", x);
    Value b = net.relu("b", a);
    net.output("b", b);
    Network network = net.build();
    MemoryPlan plan =
        MemoryPlan.of(
            network,
            value -> bytes(value, 1),
            (node, free) ->
                node.inputs().isEmpty() || !free.test(node.inputs().get(0))
                    ? null
                    : node.inputs().get(0));
    assertNull(plan.overwritten(network.nodes().get(1)), "x is the caller's");
    assertEquals(a, plan.overwritten(network.nodes().get(2)));
  }

  @Test
  void printsArenaAndALineASlot() {
    Network network = ResNets.mlp(Shape.of(1, 2, 2), 4, 1, 3);
    String text = MemoryPlan.of(network, value -> bytes(value, 1)).toString();
    String[] lines = text.split("\n");
    assertTrue(lines[0].startsWith("arena "), text);
    assertTrue(lines[0].contains("largest live set"), text);
    // The flattened image lies where the image lies.
    assertEquals(network.valueCount() - 1, lines.length - 1, text);
  }
}
