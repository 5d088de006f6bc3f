package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cpu.onednn.Numerics;
import org.residuum.backend.lower.Program;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;
import org.residuum.plan.BuiltInNetworks;
import org.residuum.plan.Gradients;
import org.residuum.plan.MemoryPlan;
import org.residuum.plan.Passes;

/** The CPU backend writes some results over an operand; its arenas stay small all the same. */
class CpuArenaTest {
  private static final double MOST_WASTE = 1.2;

  static Stream<Network> networks() {
    return BuiltInNetworks.published();
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("networks")
  void inferenceArenaIsAtMostAFifthAboveTheLiveSet(Network network) {
    Network form = Passes.inference(network, zeros(network)).network();
    check(form, 1);
    check(form, 32);
  }

  /** All of one buffer: only the shapes matter here. */
  private static Parameters zeros(Network network) {
    int most =
        network.parameters().stream().mapToInt(spec -> spec.shape().elements()).max().orElse(0);
    FloatBuffer shared = FloatBuffer.allocate(most);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      FloatBuffer part = shared.slice(0, spec.shape().elements());
      tensors.put(spec.name(), new Tensor(spec.shape(), part));
    }
    return new Parameters(tensors);
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("networks")
  void trainingArenaIsAtMostAFifthAboveTheLiveSet(Network network) {
    Network form = Passes.trainingInPlace(Gradients.of(network, 0));
    check(form, 2);
    check(form, 128);
  }

  private static void check(Network network, int batch) {
    MemoryPlan plan =
        CpuProgram.memoryPlan(
            network, value -> batch, Program.gradients(network).keySet(), Numerics.FP32);
    assertTrue(
        plan.arenaBytes() <= MOST_WASTE * plan.largestLiveBytes(),
        () ->
            network.name()
                + " batch "
                + batch
                + ": arena "
                + plan.arenaBytes()
                + " bytes, largest live set "
                + plan.largestLiveBytes());
  }
}
