package org.residuum.backend.cuda.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Networks;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** Batches and training steps replayed as graphs: the same work in the same order. */
class GraphTest {
  private static final Network NETWORK = Networks.small();
  private static final Network LEARNING = Gradients.of(NETWORK, 0);
  private static final int BATCH = 2;
  private static final int STEPS = 6;
  private static final UpdateRule SGD = new UpdateRule.Sgd(0.9, true, 1e-3, false);
  private static final UpdateRule ADAM = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.1, true);
  private static final String NOTHING = "0 streams, 0 events, 0 bytes, 0 buffers";

  private static EmulatedDriver refusing() {
    EmulatedDriver driver = new EmulatedDriver();
    driver.graphs().refuse("cuStreamBeginCapture answers 801, not supported");
    return driver;
  }

  private static void fill(Slot slot, int step) {
    for (int i = 0; i < slot.input("x").limit(); i++) {
      slot.input("x").put(i, (float) Math.sin(0.7 * i + step));
    }
  }

  private static void fillLabels(Slot slot, int step) {
    for (int i = 0; i < BATCH; i++) {
      slot.input(Gradients.LABELS).put(i, (step + i) % 3);
    }
  }

  /** Outputs of batches that take turns in the slots. */
  private static List<Float> infer(CudaBackend backend) {
    List<Float> outputs = new ArrayList<>();
    Parameters weights = new Initializer(1).initialize(NETWORK);
    String name = NETWORK.outputs().keySet().iterator().next();
    try (Plan plan = backend.compile(NETWORK, weights, CompileOptions.batch(BATCH));
        Session session = plan.session()) {
      for (int step = 0; step < STEPS; step++) {
        Slot slot = session.slots().get(step % 2);
        fill(slot, step);
        slot.start();
        slot.await();
        for (int i = 0; i < slot.output(name).limit(); i++) {
          outputs.add(slot.output(name).get(i));
        }
      }
    }
    return outputs;
  }

  private static TrainingSession training(TrainingBackend backend) {
    return backend.train(
        LEARNING, new Initializer(1).initialize(LEARNING), CompileOptions.batch(BATCH));
  }

  private static double rate(int step) {
    return 0.1 / (1 + step);
  }

  private static double step(TrainingSession session, int number, UpdateRule rule) {
    Slot slot = session.slots().get(number % session.slots().size());
    fill(slot, number);
    fillLabels(slot, number);
    return session.step(slot, rule, rate(number), number % 3).getAsDouble();
  }

  private static double runAndUpdate(TrainingSession session, int number, UpdateRule rule) {
    Slot slot = session.slots().get(0);
    fill(slot, number);
    fillLabels(slot, number);
    session.run();
    return session.update(rule, rate(number), number % 3);
  }

  @FunctionalInterface
  private interface Learning {
    double step(TrainingSession session, int number, UpdateRule rule);
  }

  /** Norms of the gradients, then the weights and the optimiser's state. */
  private static double[] learn(TrainingSession session, UpdateRule rule, Learning learning) {
    List<Double> results = new ArrayList<>();
    for (int number = 0; number < STEPS; number++) {
      results.add(learning.step(session, number, rule));
    }
    TrainingSession.OptimizerState state = session.optimizerState();
    results.add((double) state.steps());
    for (Parameters values : List.of(session.parameters(), state.first(), state.second())) {
      for (String name : values.names()) {
        for (float value : values.get(name).toArray()) {
          results.add((double) value);
        }
      }
    }
    return results.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] learn(EmulatedDriver driver, Precision precision, UpdateRule rule) {
    try (TrainingSession session = training(new CudaBackend(driver, precision))) {
      return learn(session, rule, GraphTest::step);
    }
  }

  @ParameterizedTest
  @EnumSource
  void replayedInferenceIsTheLaunchedOne(Precision precision) {
    EmulatedDriver launching = refusing();
    EmulatedDriver replaying = new EmulatedDriver();
    List<String> launched = launching.startLog();
    List<String> replayed = replaying.startLog();
    List<Float> expected = infer(new CudaBackend(launching, precision));
    assertEquals(expected, infer(new CudaBackend(replaying, precision)));
    assertEquals(launched, replayed);
    assertEquals(2, replaying.graphs().recorded(), "a graph a slot");
    assertEquals(STEPS - 2, replaying.graphs().launched());
    assertEquals(0, launching.graphs().launched());
    assertEquals(NOTHING, replaying.leaks());
  }

  static Stream<Arguments> trainings() {
    return Stream.of(Precision.FP32, Precision.BF16)
        .flatMap(precision -> Stream.of(SGD, ADAM).map(rule -> Arguments.of(precision, rule)));
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void replayedStepsAreTheLaunchedOnesWhateverTheRate(Precision precision, UpdateRule rule) {
    EmulatedDriver launching = refusing();
    EmulatedDriver replaying = new EmulatedDriver();
    List<String> launched = launching.startLog();
    List<String> replayed = replaying.startLog();
    assertArrayEquals(learn(launching, precision, rule), learn(replaying, precision, rule));
    assertEquals(launched, replayed);
    assertEquals(2, replaying.graphs().recorded(), "rates and limits need no new graph");
    assertEquals(STEPS - 2, replaying.graphs().launched());
    assertEquals(NOTHING, replaying.leaks());
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void stepIsARunAndAnUpdate(Precision precision, UpdateRule rule) {
    double[] steps = learn(new EmulatedDriver(), precision, rule);
    try (TrainingSession session = training(new CudaBackend(new EmulatedDriver(), precision))) {
      assertArrayEquals(learn(session, rule, GraphTest::runAndUpdate), steps);
    }
  }

  @Test
  void stepOfTheCpuIsARunAndAnUpdate() {
    CpuBackend cpu = new CpuBackend(1);
    try (TrainingSession one = training(cpu);
        TrainingSession other = training(cpu)) {
      assertArrayEquals(
          learn(one, SGD, GraphTest::runAndUpdate), learn(other, SGD, GraphTest::step));
    }
  }

  @Test
  void anotherRuleIsRecordedAnew() {
    EmulatedDriver driver = new EmulatedDriver();
    try (TrainingSession session = training(new CudaBackend(driver, Precision.FP32))) {
      List<UpdateRule> rules = List.of(SGD, new UpdateRule.Sgd(0.8, true, 1e-3, false), ADAM);
      for (int number = 0; number < 18; number++) {
        step(session, number, rules.get(number / 6));
      }
      assertEquals(6, driver.graphs().recorded(), "a graph a slot and rule");
      assertEquals(12, driver.graphs().launched());
      assertTrue(driver.leaks().contains(", 2 graphs"), driver::leaks);
      session.restore(session.parameters());
      step(session, 0, ADAM);
    }
    assertEquals(NOTHING, driver.leaks());
  }

  @Test
  void refusalIsTold() {
    EmulatedDriver driver = refusing();
    CudaBackend backend = new CudaBackend(driver, Precision.FP32);
    try (Plan plan =
        backend.compile(
            NETWORK, new Initializer(1).initialize(NETWORK), CompileOptions.batch(BATCH))) {
      assertTrue(plan.toString().lines().findFirst().get().endsWith(", graphs on"));
      infer(backend);
      String reason = "graphs refused: cuStreamBeginCapture answers 801, not supported";
      assertTrue(plan.toString().lines().findFirst().get().endsWith(reason), plan::toString);
      assertTrue(backend.description().endsWith(reason), backend::description);
    }
  }

  @Test
  void propertyTurnsGraphsOff() {
    System.setProperty("residuum.cuda.graphs", "off");
    try {
      EmulatedDriver driver = new EmulatedDriver();
      CudaBackend backend = new CudaBackend(driver, Precision.FP32);
      infer(backend);
      try (TrainingSession session = training(backend)) {
        assertTrue(session.toString().contains("graphs off (-Dresiduum.cuda.graphs=off)"));
      }
      assertEquals(0, driver.graphs().recorded());
      System.setProperty("residuum.cuda.graphs", "no");
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> new CudaBackend(new EmulatedDriver(), Precision.FP32));
      assertEquals("-Dresiduum.cuda.graphs=no: write on, which is usual, or off", e.getMessage());
    } finally {
      System.clearProperty("residuum.cuda.graphs");
    }
  }

  @Test
  void aBatchAndAStepTakeOneWaitEach() {
    EmulatedDriver driver = new EmulatedDriver();
    CudaBackend backend = new CudaBackend(driver, Precision.FP32);
    try (TrainingSession session = training(backend)) {
      step(session, 0, SGD);
      long before = driver.hostWaits();
      for (int number = 1; number < STEPS; number++) {
        step(session, number, SGD);
      }
      assertEquals(STEPS - 1, driver.hostWaits() - before);
      before = driver.hostWaits();
      session.run();
      assertEquals(1, driver.hostWaits() - before);
    }
  }

  /** A thread's device is set by what begins a batch, not by each launch. */
  @Test
  void eachCallOfASessionMayComeFromAnotherThreadThatUsesAnotherDevice() {
    EmulatedDriver elsewhere = new EmulatedDriver();
    double[] expected = learn(new EmulatedDriver(), Precision.BF16, ADAM);
    try (TrainingSession session =
        training(new CudaBackend(new EmulatedDriver(), Precision.BF16))) {
      Learning inThreads =
          (training, number, rule) -> {
            double[] norm = new double[1];
            Slot slot = training.slots().get(number % 2);
            fill(slot, number);
            fillLabels(slot, number);
            onAnotherThread(elsewhere, slot::send);
            if (number % 3 == 0) {
              onAnotherThread(elsewhere, slot::start);
              onAnotherThread(elsewhere, slot::await);
              onAnotherThread(
                  elsewhere, () -> norm[0] = training.update(rule, rate(number), number % 3));
            } else {
              DoubleSupplier[] begun = new DoubleSupplier[1];
              onAnotherThread(
                  elsewhere, () -> begun[0] = training.step(slot, rule, rate(number), number % 3));
              onAnotherThread(elsewhere, () -> norm[0] = begun[0].getAsDouble());
            }
            return norm[0];
          };
      assertArrayEquals(expected, learn(session, ADAM, inThreads));
      onAnotherThread(elsewhere, session::profile);
    }
  }

  private static void onAnotherThread(EmulatedDriver its, Runnable call) {
    Throwable[] failure = new Throwable[1];
    Thread thread =
        new Thread(
            () -> {
              its.enter();
              call.run();
            });
    thread.setUncaughtExceptionHandler((who, e) -> failure[0] = e);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (failure[0] != null) {
      throw new AssertionError(failure[0]);
    }
  }

  @Test
  void oneStepIsUnderWayAtATime() {
    EmulatedDriver driver = new EmulatedDriver();
    CudaBackend backend = new CudaBackend(driver, Precision.FP32);
    try (TrainingSession session = training(backend);
        TrainingSession other = training(backend)) {
      Slot first = session.slots().get(0);
      Slot second = session.slots().get(1);
      fill(first, 0);
      fillLabels(first, 0);
      fill(second, 1);
      fillLabels(second, 1);
      DoubleSupplier begun = session.step(first, SGD, 0.1, 0);
      String message = "a training step is under way; await it first";
      assertEquals(
          message,
          assertThrows(IllegalStateException.class, () -> session.step(second, SGD, 0.1, 0))
              .getMessage());
      assertThrows(IllegalStateException.class, () -> session.update(SGD, 0.1, 0));
      assertThrows(IllegalStateException.class, session::optimizerState);
      assertThrows(IllegalArgumentException.class, () -> other.step(first, SGD, 0.1, 0));
      assertThrows(IllegalArgumentException.class, () -> session.step(first, SGD, -1, 0));
      first.await();
      double norm = begun.getAsDouble();
      assertTrue(norm > 0);
      assertEquals(norm, begun.getAsDouble());
      assertEquals(1, session.optimizerState().steps());
      assertTrue(session.step(second, SGD, 0.1, 0).getAsDouble() > 0);
      assertEquals(2, session.optimizerState().steps());
    }
  }

  /** A step that is refused has not taken the slot's inputs: the caller fills them anew. */
  @Test
  void refusedStepLeavesTheInputsToTheCaller() {
    double[] losses = new double[2];
    for (boolean refused : new boolean[] {false, true}) {
      try (TrainingSession session =
          training(new CudaBackend(new EmulatedDriver(), Precision.FP32))) {
        Slot first = session.slots().get(0);
        Slot second = session.slots().get(1);
        fill(first, 0);
        fillLabels(first, 0);
        fill(second, 1);
        fillLabels(second, 1);
        DoubleSupplier begun = session.step(first, SGD, 0.1, 0);
        if (refused) {
          assertThrows(IllegalStateException.class, () -> session.step(second, SGD, 0.1, 0));
        }
        assertTrue(begun.getAsDouble() > 0);
        fill(second, 2);
        fillLabels(second, 2);
        assertTrue(session.step(second, SGD, 0.1, 0).getAsDouble() > 0);
        losses[refused ? 1 : 0] = second.output(Gradients.LOSS).get(0);
      }
    }
    assertEquals(losses[0], losses[1]);
  }
}
