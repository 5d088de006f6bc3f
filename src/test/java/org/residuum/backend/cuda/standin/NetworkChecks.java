package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.residuum.backend.BackendRuns;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Precision;
import org.residuum.backend.RandomValues;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;

/** Networks through JCuda's natives: the bits that the emulated driver gives. */
final class NetworkChecks {
  private static final long SEED = 20251129;

  private NetworkChecks() {}

  static void add(Map<String, StandInChecks.Check> checks) {
    checks.put("first inference", NetworkChecks::firstInference);
  }

  /** One network through everything that a user's first run meets. */
  private static void firstInference() {
    Network network = ResNets.mlp(Shape.of(12), 16, 2, 4);
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs = random.inputs(network, 5, 4);
    Map<String, double[]> parameters = random.parameters(network);
    double[] exact = logits(new ReferenceBackend(), network, inputs, parameters);
    try (CudaBackend cuda = CudaBackend.open(0, Precision.FP32);
        CudaBackend emulated = EmulatedBackend.open(Precision.FP32)) {
      double[] got = logits(cuda, network, inputs, parameters);
      assertArrayEquals(exact, got, 1e-4);
      assertArrayEquals(logits(emulated, network, inputs, parameters), got);
    }
    assertEquals(
        "0 allocations, 0 locked, 0 streams, 0 events, 0 graphs, 0 modules, 0 handles",
        StandIn.open());
  }

  private static double[] logits(
      TrainingBackend backend,
      Network network,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters) {
    return BackendRuns.infer(backend, network, inputs, parameters, CompileOptions.batch(5))
        .get("logits");
  }
}
