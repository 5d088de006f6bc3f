package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.CudaException;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;

/** What a user sees where memory is short or calls fail, and that nothing stays open then. */
final class FailureChecks {
  private static final Network NETWORK = ResNets.mlp(Shape.of(12), 16, 1, 4);
  private static final CompileOptions OPTIONS = CompileOptions.batch(3);
  private static final int MOST = 200;

  private FailureChecks() {}

  static void add(Map<String, StandInChecks.Check> checks) {
    checks.put("every allocation of inference may fail", () -> each(FailureChecks::infer));
    checks.put("every allocation of training may fail", () -> each(FailureChecks::train));
    checks.put("too little memory is said with a remedy", FailureChecks::littleMemory);
  }

  private static void infer() {
    try (CudaBackend backend = CudaBackend.open(0, Precision.FP32);
        Plan plan = backend.compile(NETWORK, zeros(NETWORK), OPTIONS);
        Session session = plan.session()) {
      clear(session, NETWORK);
      for (int run = 0; run < 3; run++) {
        session.run();
      }
    }
  }

  private static void train() {
    Network training = Gradients.of(NETWORK, 0);
    UpdateRule rule = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.05, true);
    try (CudaBackend backend = CudaBackend.open(0, Precision.BF16);
        TrainingSession session = backend.train(training, zeros(training), OPTIONS)) {
      clear(session, training);
      for (int step = 0; step < 3; step++) {
        session.run();
        session.update(rule, 0.1, 0);
      }
    }
  }

  private static void clear(Session session, Network network) {
    for (Value value : network.inputs()) {
      FloatBuffer input = session.input(value.name());
      for (int i = 0; i < input.limit(); i++) {
        input.put(i, 0);
      }
    }
  }

  private static Parameters zeros(Network network) {
    return Parameters.allocate(network.parameters());
  }

  /** Has the first allocation fail, then the second, and so on until all goes well. */
  private static void each(Runnable work) {
    Set<String> seen = new TreeSet<>();
    int failing = 1;
    for (boolean failed = true; failed && failing < MOST; failing++) {
      StandIn.memory(StandIn.DEVICE_BYTES, StandIn.HOST_BYTES, failing);
      failed = fails(work, seen, failing);
      StandIn.memory(StandIn.DEVICE_BYTES, StandIn.HOST_BYTES, 0);
      NetworkChecks.assertClosed("allocation " + failing + ", " + seen);
    }
    assertTrue(failing > 10 && failing < MOST, failing + " allocations");
    seen.forEach(System.out::println);
  }

  private static boolean fails(Runnable work, Set<String> seen, int failing) {
    long before = StandIn.count(StandIn.Counter.ALLOCATIONS);
    try {
      work.run();
      return StandIn.count(StandIn.Counter.ALLOCATIONS) - before >= failing;
    } catch (OutOfDeviceMemoryException e) {
      seen.add(shape(e));
      return true;
    } catch (CudaException | BackendUnavailableException e) {
      String text = e.getMessage();
      boolean named =
          text.contains("CUDA_ERROR_OUT_OF_MEMORY")
              || text.contains("CUBLAS_STATUS_ALLOC_FAILED")
              || text.contains(" are free");
      assertTrue(named, text);
      seen.add(shape(e));
      return true;
    }
  }

  private static String shape(Exception e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage().replaceAll("\\d+", "N");
  }

  private static void littleMemory() {
    StandIn.memory(48 << 10, StandIn.HOST_BYTES, 0);
    try {
      RuntimeException e = assertThrows(RuntimeException.class, FailureChecks::infer);
      assertTrue(e.getMessage().contains("are free"), e.getMessage());
      assertTrue(e.getMessage().contains("49152"), e.getMessage());
    } finally {
      StandIn.memory(StandIn.DEVICE_BYTES, StandIn.HOST_BYTES, 0);
    }
    NetworkChecks.assertClosed();
    assertEquals(0, StandIn.count(StandIn.Counter.OPEN_BYTES));
  }
}
