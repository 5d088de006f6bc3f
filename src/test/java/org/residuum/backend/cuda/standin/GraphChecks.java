package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Precision;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** Training steps that the driver records and replays. */
final class GraphChecks {
  private static final Network LEARNING = Gradients.of(ResNets.mlp(Shape.of(12), 16, 1, 4), 0);
  private static final int BATCH = 3;

  /** Each rule's steps are launched, recorded and replayed in both slots. */
  private static final int STEPS = 12;

  private static final int CHANGE = 6;
  private static final UpdateRule ADAM = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.05, true);

  private static final UpdateRule SGD = new UpdateRule.Sgd(0.8, true, 0.1, false);

  private GraphChecks() {}

  static void add(Map<String, StandInChecks.Check> checks) {
    checks.put("steps are replayed, at every rate", GraphChecks::replayed);
    checks.put("threads record at once", GraphChecks::threads);
    checks.put("devices take turns in a thread", GraphChecks::devices);
  }

  private static TrainingSession training(CudaBackend backend) {
    return backend.train(
        LEARNING, new Initializer(1).initialize(LEARNING), CompileOptions.batch(BATCH));
  }

  private static Slot slot(TrainingSession session, int number) {
    return session.slots().get(number % 2);
  }

  private static void fill(Slot slot, int number) {
    for (int i = 0; i < slot.input("x").limit(); i++) {
      slot.input("x").put(i, (float) Math.sin(0.7 * i + number));
    }
    for (int i = 0; i < BATCH; i++) {
      slot.input(Gradients.LABELS).put(i, (number + i) % 4);
    }
  }

  private static DoubleSupplier begin(TrainingSession session, int number) {
    UpdateRule rule = number < CHANGE ? ADAM : SGD;
    return session.step(slot(session, number), rule, 0.01 / (1 + number), number % 2);
  }

  /** The norm of a step's gradients. */
  private static double step(TrainingSession session, int number) {
    fill(slot(session, number), number);
    return begin(session, number).getAsDouble();
  }

  private static double[] learn(TrainingSession session) {
    List<Double> norms = new ArrayList<>();
    for (int number = 0; number < STEPS; number++) {
      norms.add(step(session, number));
    }
    return results(norms, session);
  }

  private static double[] results(List<Double> norms, TrainingSession session) {
    List<Double> results = new ArrayList<>(norms);
    for (String name : session.parameters().names()) {
      for (float value : session.parameters().get(name).toArray()) {
        results.add((double) value);
      }
    }
    return results.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] expected() {
    try (CudaBackend emulated = EmulatedBackend.open(Precision.FP32);
        TrainingSession session = training(emulated)) {
      return learn(session);
    }
  }

  private static void replayed() {
    double[] expected = expected();
    for (StandIn.Mode mode : List.of(StandIn.Mode.EARLY, StandIn.Mode.LATE)) {
      StandIn.run(mode);
      try (CudaBackend cuda = CudaBackend.open(0, Precision.FP32);
          TrainingSession session = training(cuda)) {
        assertArrayEquals(expected, learn(session), mode.toString());
        assertTrue(!cuda.description().contains("refused"), cuda.description());
        long captures = StandIn.count(StandIn.Counter.CAPTURES);
        long launches = StandIn.count(StandIn.Counter.LAUNCHES);
        long replays = StandIn.count(StandIn.Counter.GRAPH_LAUNCHES);
        long waits = StandIn.count(StandIn.Counter.WAITS);
        step(session, STEPS);
        assertEquals(captures, StandIn.count(StandIn.Counter.CAPTURES));
        assertEquals(launches, StandIn.count(StandIn.Counter.LAUNCHES));
        assertEquals(replays + 1, StandIn.count(StandIn.Counter.GRAPH_LAUNCHES));
        assertEquals(waits + 1, StandIn.count(StandIn.Counter.WAITS));
      }
    }
    assertEquals(0, StandIn.count(StandIn.Counter.OPEN_GRAPHS));
  }

  /** One thread's recording does not disturb the others' allocations and recordings. */
  private static void threads() throws Exception {
    double[] expected = expected();
    int count = 3;
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try (CudaBackend cuda = CudaBackend.open(0, Precision.FP32)) {
      CyclicBarrier together = new CyclicBarrier(count);
      List<Future<double[]>> results = new ArrayList<>();
      for (int thread = 0; thread < count; thread++) {
        results.add(
            threads.submit(
                () -> {
                  together.await();
                  try (TrainingSession session = training(cuda)) {
                    return learn(session);
                  }
                }));
      }
      for (Future<double[]> result : results) {
        assertArrayEquals(expected, result.get());
      }
      assertTrue(!cuda.description().contains("refused"), cuda.description());
    } finally {
      threads.shutdown();
    }
  }

  /** Each call of a session has the thread use its device, whichever the call before was for. */
  private static void devices() {
    double[] expected = expected();
    try (CudaBackend one = CudaBackend.open(0, Precision.FP32);
        CudaBackend other = CudaBackend.open(1, Precision.FP32);
        TrainingSession first = training(one);
        TrainingSession second = training(other)) {
      List<Double> norms = new ArrayList<>();
      for (int number = 0; number < STEPS; number++) {
        List<DoubleSupplier> begun = new ArrayList<>();
        for (TrainingSession session : List.of(first, second)) {
          fill(slot(session, number), number);
          slot(session, number).send();
        }
        for (TrainingSession session : List.of(first, second)) {
          begun.add(begin(session, number));
        }
        norms.add(begun.get(0).getAsDouble());
        assertEquals(norms.get(number), begun.get(1).getAsDouble(), "norms of step " + number);
      }
      assertArrayEquals(expected, results(norms, first), "the first device");
      assertArrayEquals(expected, results(norms, second), "the second device");
      second.profile();
      first.restore(first.parameters(), first.optimizerState());
    }
    NetworkChecks.assertClosed();
  }
}
