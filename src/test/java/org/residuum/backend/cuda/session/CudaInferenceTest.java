package org.residuum.backend.cuda.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.BackendRuns;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Precision;
import org.residuum.backend.RandomValues;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.tolerance.RoundingNoise;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/** Whole networks in fp32 on the interpreter against the reference. */
class CudaInferenceTest {
  private static final long SEED = Long.getLong("residuum.seed", 20160318L);

  static Stream<Network> networks() {
    return Stream.of(
        ResNets.mlp(Shape.of(7), 17, 3, 5),
        ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.ZERO_PAD));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void inferenceEqualsTheReference(Network network) {
    RandomValues random = new RandomValues(SEED);
    int batch = 3;
    Map<String, double[]> inputs = random.inputs(network, batch, 4);
    Map<String, double[]> parameters = random.parameters(network);
    RoundingNoise.Results expected = RoundingNoise.of(network, batch, inputs, parameters, SEED);
    EmulatedDriver driver = new EmulatedDriver();
    try (CudaBackend backend = new CudaBackend(driver, Precision.FP32)) {
      Shares shares = new Shares(network.name() + " on the interpreter");
      CompileOptions options = CompileOptions.batch(batch);
      for (CompileOptions form : Stream.of(options, options.unoptimized()).toList()) {
        Map<String, double[]> got = BackendRuns.infer(backend, network, inputs, parameters, form);
        shares.check(
            "logits",
            SEED,
            expected.exact().get("logits"),
            got.get("logits"),
            expected.tolerance("logits"));
      }
      shares.report();
      System.out.println(driver);
    }
    assertEquals("0 streams, 0 events, 0 bytes, 0 buffers", driver.leaks());
  }
}
