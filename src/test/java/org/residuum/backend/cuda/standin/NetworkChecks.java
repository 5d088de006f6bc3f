package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.residuum.backend.BackendRuns;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.GoldenTest;
import org.residuum.backend.OpCase;
import org.residuum.backend.OpCases;
import org.residuum.backend.Precision;
import org.residuum.backend.RandomValues;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.Device;
import org.residuum.backend.cuda.driver.JCudaDriver;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.plan.Gradients;

/** Networks through JCuda's natives: the bits that the emulated driver gives. */
final class NetworkChecks {
  private static final long SEED = 20251129;
  private static final long CHUNK_BYTES = 2048;
  private static final int EVERY_ROW = Integer.getInteger("residuum.everyRow", 3);

  private NetworkChecks() {}

  static void add(Map<String, StandInChecks.Check> checks) {
    checks.put("first inference", NetworkChecks::firstInference);
    checks.put("networks on threads", NetworkChecks::onThreads);
    for (Precision precision : Precision.values()) {
      for (GoldenTest.Golden golden : GoldenTest.goldens()) {
        checks.put("PyTorch's " + golden + " in " + precision, () -> golden(precision, golden));
      }
      checks.put("operations in " + precision, () -> operations(precision));
    }
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
    assertClosed();
  }

  /** Two threads, a session each, the device at work while they go on. */
  private static void onThreads() throws Exception {
    Network network = ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.ZERO_PAD);
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs = random.inputs(network, 5, 4);
    Map<String, double[]> parameters = random.parameters(network);
    StandIn.run(StandIn.Mode.EARLY);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (CudaBackend cuda = CudaBackend.open(0, Precision.FP32);
        CudaBackend emulated = EmulatedBackend.open(Precision.FP32)) {
      Callable<double[]> run = () -> logits(cuda, network, inputs, parameters);
      double[] expected = logits(emulated, network, inputs, parameters);
      for (Future<double[]> got : threads.invokeAll(List.of(run, run, run))) {
        assertArrayEquals(expected, got.get());
      }
    } finally {
      threads.shutdown();
      StandIn.run(StandIn.Mode.LATE);
    }
    assertClosed();
  }

  private static double[] logits(
      TrainingBackend backend,
      Network network,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters) {
    return BackendRuns.infer(backend, network, inputs, parameters, CompileOptions.batch(5))
        .get("logits");
  }

  /** Inference, the first step with its gradients, and ten steps. */
  private static void golden(Precision precision, GoldenTest.Golden golden) throws Exception {
    try (CudaBackend cuda = CudaBackend.open(0, precision);
        CudaBackend emulated = EmulatedBackend.open(precision)) {
      assertSame(GoldenTest.results(emulated, golden), GoldenTest.results(cuda, golden), "");
    }
    assertClosed();
  }

  /** Rows of the table of operations, with so little room that convolutions take many chunks. */
  private static void operations(Precision precision) {
    List<OpCase> rows = OpCases.all();
    JCudaDriver driver = JCudaDriver.open(0);
    try (CudaBackend cuda = new CudaBackend(new Device(driver, precision, CHUNK_BYTES));
        CudaBackend emulated = EmulatedBackend.open(precision, CHUNK_BYTES)) {
      for (int i = 0; i < rows.size(); i++) {
        if ((i + precision.ordinal()) % EVERY_ROW == 0) {
          operation(cuda, emulated, rows.get(i));
        }
      }
    }
    assertClosed();
  }

  private static void operation(CudaBackend cuda, CudaBackend emulated, OpCase row) {
    CompileOptions options = CompileOptions.batch(row.batch());
    RandomValues random = new RandomValues(SEED);
    Network alone = row.alone();
    Map<String, double[]> inputs = random.inputs(alone, row.batch(), row.classes());
    Map<String, double[]> parameters = random.parameters(alone);
    assertSame(
        BackendRuns.infer(emulated, alone, inputs, parameters, options),
        BackendRuns.infer(cuda, alone, inputs, parameters, options),
        row + ", inference");
    if (row.learns()) {
      Network training = Gradients.of(row.between(), row.loss());
      Map<String, double[]> given = random.inputs(training, row.batch(), row.classes());
      Map<String, double[]> weights = random.parameters(training);
      assertSame(
          BackendRuns.learn(emulated, training, given, weights, options),
          BackendRuns.learn(cuda, training, given, weights, options),
          row + ", training");
    }
  }

  private static void assertSame(
      Map<String, double[]> expected, Map<String, double[]> got, String what) {
    assertEquals(expected.keySet(), got.keySet(), what);
    expected.forEach((name, values) -> assertArrayEquals(values, got.get(name), what + name));
  }

  /** All that was opened on the device was closed. */
  static void assertClosed() {
    assertClosed("");
  }

  static void assertClosed(String when) {
    assertEquals(
        "0 allocations, 0 locked, 0 streams, 0 events, 0 graphs, 0 modules, 0 handles",
        StandIn.open(),
        when);
  }
}
