package org.residuum.backend.cuda.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.cuda.rig.EmulatedStream;
import org.residuum.backend.cuda.rig.Schedule;
import org.residuum.backend.lower.Batches;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** Copies in, steps and copies out overlap, and events keep each batch's in order. */
class StreamOrderTest {
  private static final Network NETWORK = ResNets.mlp(Shape.of(7), 9, 1, 5);
  private static final Network LEARNING = Gradients.of(NETWORK, 0);
  private static final int BATCH = 2;
  private static final int STEPS = 5;

  private static List<Schedule> schedules() {
    Stream<Schedule> fixed =
        Stream.of(
            Schedule.late(),
            Schedule.early(),
            Schedule.oneEarly(1),
            Schedule.oneEarly(2),
            Schedule.oneEarly(3));
    return Stream.concat(fixed, LongStream.rangeClosed(1, 12).mapToObj(Schedule::random)).toList();
  }

  private static FloatBuffer examples() {
    FloatBuffer examples = FloatBuffer.allocate(STEPS * BATCH * 7 - 7);
    for (int i = 0; i < examples.limit(); i++) {
      examples.put(i, (i * 31 % 17 - 8) * 0.1f);
    }
    return examples;
  }

  /** The logits of nine examples in batches of two. */
  private static float[] logits(EmulatedDriver driver, Precision precision) {
    Parameters weights = new Initializer(1).initialize(NETWORK);
    float[] logits = new float[(STEPS * BATCH - 1) * 5];
    try (CudaBackend backend = new CudaBackend(driver, precision);
        Plan plan = backend.compile(NETWORK, weights, CompileOptions.batch(BATCH));
        Session session = plan.session()) {
      new Batches(session, NETWORK, "x")
          .run(
              examples(),
              STEPS * BATCH - 1,
              (slot, from, count) -> slot.output("logits").get(0, logits, from * 5, count * 5));
    }
    return logits;
  }

  private static void fill(Slot slot, int step) {
    for (int i = 0; i < BATCH * 7; i++) {
      slot.input("x").put(i, examples().get(step % (STEPS - 1) * BATCH * 7 + i));
    }
    for (int i = 0; i < BATCH; i++) {
      slot.input(Gradients.LABELS).put(i, (step + i) % 5);
    }
  }

  private static TrainingSession training(EmulatedDriver driver) {
    return new CudaBackend(driver, Precision.FP32)
        .train(LEARNING, new Initializer(1).initialize(LEARNING), CompileOptions.batch(BATCH));
  }

  private static float[] result(TrainingSession session, List<Float> losses) {
    List<Float> all = new ArrayList<>(losses);
    Parameters learned = session.parameters();
    for (String name : learned.names()) {
      for (float value : learned.get(name).toArray()) {
        all.add(value);
      }
    }
    float[] values = new float[all.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = all.get(i);
    }
    return values;
  }

  /** Losses and weights of steps whose next batch travels meanwhile. */
  private static float[] learned(EmulatedDriver driver) {
    List<Float> losses = new ArrayList<>();
    try (TrainingSession session = training(driver)) {
      List<Slot> slots = session.slots();
      fill(slots.get(0), 0);
      slots.get(0).send();
      for (int step = 0; step < STEPS; step++) {
        Slot slot = slots.get(step % 2);
        slot.start();
        if (step + 1 < STEPS) {
          fill(slots.get((step + 1) % 2), step + 1);
          slots.get((step + 1) % 2).send();
        }
        slot.await();
        losses.add(slot.output(Gradients.LOSS).get(0));
        session.update(new UpdateRule.Sgd(0.9, false, 0, false), 0.1, 0);
      }
      return result(session, losses);
    }
  }

  /** The same in whole steps. */
  private static float[] learnedInSteps(EmulatedDriver driver) {
    List<Float> losses = new ArrayList<>();
    try (TrainingSession session = training(driver)) {
      List<Slot> slots = session.slots();
      fill(slots.get(0), 0);
      for (int step = 0; step < STEPS; step++) {
        Slot slot = slots.get(step % 2);
        DoubleSupplier learned =
            session.step(slot, new UpdateRule.Sgd(0.9, false, 0, false), 0.1, 0);
        if (step + 1 < STEPS) {
          fill(slots.get((step + 1) % 2), step + 1);
          slots.get((step + 1) % 2).send();
        }
        losses.add((float) learned.getAsDouble());
        losses.add(slot.output(Gradients.LOSS).get(0));
      }
      return result(session, losses);
    }
  }

  /** The same, one batch after the other in one slot. */
  private static float[] learnedOneByOne(EmulatedDriver driver) {
    List<Float> losses = new ArrayList<>();
    try (TrainingSession session = training(driver)) {
      for (int step = 0; step < STEPS; step++) {
        fill(session.slots().get(0), step);
        session.run();
        losses.add(session.output(Gradients.LOSS).get(0));
        session.update(new UpdateRule.Sgd(0.9, false, 0, false), 0.1, 0);
      }
      return result(session, losses);
    }
  }

  @ParameterizedTest
  @EnumSource
  void inferenceGivesTheSameBitsInEveryOrder(Precision precision) {
    float[] expected = logits(new EmulatedDriver(), precision);
    for (Schedule schedule : schedules()) {
      EmulatedDriver driver = new EmulatedDriver().with(schedule);
      assertArrayEquals(expected, logits(driver, precision), schedule::toString);
      assertEquals("0 streams, 0 events, 0 bytes, 0 buffers", driver.leaks());
    }
  }

  @Test
  void trainingGivesTheSameBitsInEveryOrder() {
    float[] expected = learnedOneByOne(new EmulatedDriver());
    for (Schedule schedule : schedules()) {
      EmulatedDriver driver = new EmulatedDriver().with(schedule);
      assertArrayEquals(expected, learned(driver), schedule::toString);
    }
  }

  @Test
  void wholeStepsGiveTheSameBitsInEveryOrder() {
    float[] expected = learnedInSteps(new EmulatedDriver());
    for (Schedule schedule : schedules()) {
      EmulatedDriver driver = new EmulatedDriver().with(schedule);
      assertArrayEquals(expected, learnedInSteps(driver), schedule::toString);
      assertTrue(driver.graphs().launched() > 0);
    }
  }

  /** Of two slots each: the steps wait for the copies in, the copies out for them, the host. */
  @Test
  void eachWaitOfInferenceIsNeeded() {
    assertEquals(6, expectEachNeeded(driver -> logits(driver, Precision.FP32)));
  }

  @Test
  void eachWaitOfTrainingIsNeeded() {
    assertEquals(6, expectEachNeeded(StreamOrderTest::learned));
  }

  @Test
  void eachWaitOfWholeStepsIsNeeded() {
    assertEquals(6, expectEachNeeded(StreamOrderTest::learnedInSteps));
  }

  private static int expectEachNeeded(Function<EmulatedDriver, float[]> run) {
    EmulatedDriver complete = new EmulatedDriver();
    float[] expected = run.apply(complete);
    Set<String> waits = complete.waits();
    for (String wait : waits) {
      String caught =
          schedules().stream()
              .flatMap(schedule -> failure(run, wait, schedule, expected).stream())
              .findFirst()
              .orElse(null);
      assertFalse(caught == null, () -> "without the wait of " + wait + " all orders pass");
      System.out.println("without the wait of " + wait + ": " + caught);
    }
    return waits.size();
  }

  private static Optional<String> failure(
      Function<EmulatedDriver, float[]> run, String wait, Schedule schedule, float[] expected) {
    try {
      float[] got = run.apply(new EmulatedDriver().with(schedule).ignoring(wait));
      return Arrays.equals(expected, got)
          ? Optional.empty()
          : Optional.of(schedule + ": other bits");
    } catch (RuntimeException e) {
      return Optional.of(schedule + ": " + e.getMessage());
    }
  }

  @Test
  void nextBatchArrivesBeforeTheOneBeforeIsComputed() {
    EmulatedDriver driver = new EmulatedDriver().with(Schedule.oneEarly(2));
    try (TrainingSession session = training(driver)) {
      List<EmulatedStream> streams = driver.streams();
      EmulatedStream compute = streams.get(0);
      EmulatedStream in = streams.get(1);
      fill(session.slots().get(0), 0);
      session.slots().get(0).start();
      long copied = in.done();
      fill(session.slots().get(1), 1);
      session.slots().get(1).send();
      assertEquals(0, in.waiting());
      assertTrue(in.done() > copied);
      assertTrue(compute.waiting() > 0, "the steps of the first batch are still to be done");
      session.slots().get(0).await();
      assertEquals(0, compute.waiting());
    }
  }

  @Test
  void batchesAskTheDriverForNothing() {
    EmulatedDriver driver = new EmulatedDriver();
    try (TrainingSession session = training(driver)) {
      Batches batches = new Batches(session, LEARNING, "x");
      int asked = driver.asked();
      batches.run(examples(), STEPS * BATCH - 1, (slot, from, count) -> {});
      assertEquals(asked, driver.asked());
    }
  }

  @Test
  void slotUsedOutOfTurnIsAnError() {
    try (TrainingSession session = training(new EmulatedDriver())) {
      Slot slot = session.slots().get(0);
      assertThrows(IllegalStateException.class, slot::await);
      fill(slot, 0);
      slot.start();
      IllegalStateException e = assertThrows(IllegalStateException.class, slot::start);
      assertEquals(
          "start of a slot of mlp9x1 (training) that is started; await it first", e.getMessage());
      slot.await();
      slot.send();
      assertThrows(IllegalStateException.class, slot::send);
    }
  }

  @Test
  void sessionClosedWithBatchesUnderWayGivesEverythingBack() {
    EmulatedDriver driver = new EmulatedDriver();
    TrainingSession session = training(driver);
    for (Slot slot : session.slots()) {
      fill(slot, 0);
      slot.start();
    }
    session.close();
    assertEquals("0 streams, 0 events, 0 bytes, 0 buffers", driver.leaks());
  }
}
