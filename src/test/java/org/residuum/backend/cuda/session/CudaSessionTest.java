package org.residuum.backend.cuda.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.AllocationLog;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;
import org.residuum.ptx.LaunchOptions;

/** Memory, closing and order of plans and sessions. */
class CudaSessionTest {
  private static final Network NETWORK = ResNets.mlp(Shape.of(7), 17, 2, 5);
  private static final Network TRAINING = Gradients.of(NETWORK, 0);
  private static final String NOTHING = "0 streams, 0 events, 0 bytes, 0 buffers";

  private static Plan plan(EmulatedDriver driver, int batch) {
    return new CudaBackend(driver, Precision.FP32)
        .compile(NETWORK, new Initializer(1).initialize(NETWORK), CompileOptions.batch(batch));
  }

  private static TrainingSession training(EmulatedDriver driver, Precision precision) {
    return new CudaBackend(driver, precision)
        .train(TRAINING, new Initializer(1).initialize(TRAINING), CompileOptions.batch(3));
  }

  private static EmulatedDriver driver(int architecture, long bytes) {
    return new EmulatedDriver(LaunchOptions.fast(), architecture, bytes);
  }

  private static void fill(Session session) {
    for (int i = 0; i < session.input("x").limit(); i++) {
      session.input("x").put(i, (i % 7 - 3) * 0.1f);
    }
  }

  @Test
  void closingTwiceIsHarmlessAndGivesEverythingBack() {
    EmulatedDriver driver = new EmulatedDriver();
    Plan plan = plan(driver, 2);
    Session session = plan.session();
    assertFalse(driver.leaks().startsWith(NOTHING));
    session.close();
    session.close();
    plan.close();
    plan.close();
    assertEquals(NOTHING, driver.leaks());
    assertThrows(IllegalStateException.class, session::run);
  }

  @Test
  void closedTrainingGivesEverythingBack() {
    for (Precision precision : Precision.values()) {
      EmulatedDriver driver = new EmulatedDriver();
      TrainingSession session = training(driver, precision);
      fill(session);
      for (int i = 0; i < 3; i++) {
        session.input(Gradients.LABELS).put(i, i);
      }
      session.run();
      session.update(new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.1, true), 1, 0);
      session.close();
      session.close();
      assertEquals(NOTHING, driver.leaks());
    }
  }

  @Test
  void profileNamesEveryStepAndLeavesTheOutputsOfARun() {
    EmulatedDriver driver = new EmulatedDriver();
    try (Plan plan = plan(driver, 2);
        Session session = plan.session()) {
      fill(session);
      session.run();
      float logit = session.output("logits").get(0);
      List<Session.StepTime> times = session.profile();
      String steps = plan.toString();
      assertEquals(steps.lines().count() - 1, times.size());
      times.forEach(time -> assertTrue(steps.contains(time.kernel()), time::kernel));
      assertTrue(times.stream().allMatch(time -> time.seconds() > 0));
      assertEquals(logit, session.output("logits").get(0));
    }
  }

  @Test
  void sessionThatIsNotClosedIsReportedByItsLabel() {
    EmulatedDriver driver = new EmulatedDriver();
    Plan plan = plan(driver, 2);
    plan.session();
    plan.close();
    assertTrue(driver.leaks().contains("session of mlp17x2, batch 2"), driver::leaks);
  }

  @Test
  void outOfMemorySaysWhatWasAskedForWhatIsFreeAndWhichBatchFits() {
    EmulatedDriver driver = driver(80, 1 << 18);
    Plan plan = plan(driver, 4096);
    OutOfDeviceMemoryException e = assertThrows(OutOfDeviceMemoryException.class, plan::session);
    long free = driver.memoryInfo().free();
    assertTrue(e.getMessage().contains(free + " of " + (1 << 18) + " are free"), e::getMessage);
    String text = e.getMessage();
    int fits = Integer.parseInt(text.replaceAll(".*; batch (\\d+) would fit", "$1"));
    plan.close();
    assertEquals(NOTHING, driver.leaks());
    Plan smaller = plan(driver, fits);
    smaller.session().close();
    smaller.close();
  }

  @Test
  void pageLockedMemoryThatIsNotThereSaysTheSame() {
    EmulatedDriver driver = driver(80, 1 << 30).withHostMemory(1 << 16);
    Plan plan = plan(driver, 4096);
    OutOfDeviceMemoryException e = assertThrows(OutOfDeviceMemoryException.class, plan::session);
    String text = e.getMessage();
    assertTrue(
        text.matches(
            "page-lock 114688 bytes for x of mlp17x2, batch 4096: \\d+ of the host's are free; not"
                + " even batch 1 would fit"),
        text);
    driver.withHostMemory(200_000);
    text = assertThrows(OutOfDeviceMemoryException.class, plan::session).getMessage();
    int fits = Integer.parseInt(text.replaceAll(".*; batch (\\d+) would fit", "$1"));
    plan.close();
    assertEquals(NOTHING, driver.leaks());
    try (Plan smaller = plan(driver, fits)) {
      smaller.session().close();
    }
  }

  @Test
  void weightsThatDoNotFitSayThatNoBatchHelps() {
    EmulatedDriver driver = driver(80, 1000);
    String text =
        assertThrows(OutOfDeviceMemoryException.class, () -> plan(driver, 1)).getMessage();
    assertTrue(
        text.matches(
            "allocate \\d+ bytes for weights of mlp17x2: 1000 of 1000 are free; no batch size would"
                + " fit, for this does not depend on it; use a smaller network, bf16 or a GPU with"
                + " more free memory"),
        text);
    text =
        assertThrows(OutOfDeviceMemoryException.class, () -> training(driver, Precision.BF16))
            .getMessage();
    assertTrue(
        text.matches("allocate \\d+ bytes for parameters and gradients: .* network or a GPU.*"),
        text);
    assertEquals(NOTHING, driver.leaks());
  }

  /** The optimiser's state comes with the first update, when the arena has its place. */
  @Test
  void optimisersStateThatDoesNotFitNamesTheBatchThatLeavesRoom() {
    UpdateRule rule = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.1, true);
    EmulatedDriver roomy = driver(80, 1 << 20);
    long needed;
    try (TrainingSession session = training(roomy, 64)) {
      step(session, 64);
      needed = roomy.memoryInfo().total() - roomy.memoryInfo().free();
    }
    EmulatedDriver driver = driver(80, needed + 100);
    String text;
    try (TrainingSession session = training(driver, 64)) {
      step(session, 64);
      text =
          assertThrows(OutOfDeviceMemoryException.class, () -> session.update(rule, 1, 0))
              .getMessage();
    }
    assertTrue(text.contains(" bytes for first moments: 100 of "), text);
    int fits = Integer.parseInt(text.replaceAll(".*; batch (\\d+) would fit", "$1"));
    try (TrainingSession session = training(driver, fits)) {
      step(session, fits);
      session.update(rule, 1, 0);
    }
    assertEquals(NOTHING, driver.leaks());
  }

  private static TrainingSession training(EmulatedDriver driver, int batch) {
    return new CudaBackend(driver, Precision.FP32)
        .train(TRAINING, new Initializer(1).initialize(TRAINING), CompileOptions.batch(batch));
  }

  private static void step(Session session, int batch) {
    fill(session);
    for (int i = 0; i < batch; i++) {
      session.input(Gradients.LABELS).put(i, i % 5);
    }
    session.run();
  }

  @Test
  void bufferOverTwoGibibytesIsRefusedWithTheRemedy() {
    EmulatedDriver driver = new EmulatedDriver();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> plan(driver, 120_000_000));
    assertEquals(
        "mlp17x2 at batch 120000000: x (N, 7) takes 3360000000 bytes, one buffer holds"
            + " 2147418111; use a batch of at most 76693503",
        e.getMessage());
  }

  @Test
  void leakShowsWhoTookTheMemoryWhereThePropertyIsSet() {
    System.setProperty(AllocationLog.PROPERTY, "true");
    try {
      EmulatedDriver driver = new EmulatedDriver();
      Plan plan = plan(driver, 2);
      plan.session();
      plan.close();
      assertTrue(
          driver.leaks().contains("bytes of page-locked memory were not freed: x of mlp17x2"),
          driver::leaks);
      assertTrue(
          driver.leaks().contains("CudaSessionTest.leakShowsWhoTookTheMemory"), driver::leaks);
    } finally {
      System.clearProperty(AllocationLog.PROPERTY);
    }
  }

  /** On devices of all sizes up to the first that is large enough. */
  @Test
  void trainingThatDoesNotFitGivesEverythingBack() {
    int failures = 0;
    for (long bytes = 0; ; bytes += 512) {
      EmulatedDriver driver = driver(80, bytes);
      try {
        training(driver, Precision.FP32).close();
        break;
      } catch (OutOfDeviceMemoryException e) {
        failures++;
      } finally {
        assertEquals(NOTHING, driver.leaks());
      }
    }
    assertTrue(failures > 3, failures + " sizes were too small");
  }

  @Test
  void deviceTooOldForTheModeIsRefused() {
    for (Precision precision : new Precision[] {Precision.TF32, Precision.BF16}) {
      BackendUnavailableException e =
          assertThrows(
              BackendUnavailableException.class,
              () -> new CudaBackend(driver(75, 1 << 20), precision));
      assertTrue(e.getMessage().endsWith("needs compute capability 8.0; use fp32"), e::getMessage);
    }
    new CudaBackend(driver(75, 1 << 20), Precision.FP32).close();
  }

  @Test
  void runsAreTheSameBitsAgainAndSessionsDoNotDisturbEachOther() {
    EmulatedDriver driver = new EmulatedDriver();
    try (Plan plan = plan(driver, 2);
        Session one = plan.session();
        Session other = plan.session()) {
      fill(one);
      one.run();
      float[] first = logits(one);
      other.run();
      one.run();
      assertArrayEquals(first, logits(one));
    }
  }

  @Test
  void threadsTakeTurnsInASession() throws InterruptedException, ExecutionException {
    EmulatedDriver driver = new EmulatedDriver();
    try (Plan plan = plan(driver, 2);
        Session session = plan.session()) {
      fill(session);
      session.run();
      float[] expected = logits(session);
      Slot slot = session.slots().get(0);
      for (int run = 0; run < 3; run++) {
        onAnotherThread(slot::send);
        onAnotherThread(slot::start);
        onAnotherThread(slot::await);
        assertArrayEquals(expected, logits(session));
      }
    }
  }

  @Test
  void anotherThreadUpdates() throws InterruptedException, ExecutionException {
    UpdateRule rule = new UpdateRule.Sgd(0.9, true, 0, false);
    try (TrainingSession session = training(new EmulatedDriver(), Precision.FP32)) {
      for (int run = 0; run < 3; run++) {
        step(session, session.batch());
        onAnotherThread(() -> session.update(rule, 0.1, 0));
      }
      double[] norm = new double[1];
      onAnotherThread(
          () -> norm[0] = session.step(session.slots().get(0), rule, 0.1, 0).getAsDouble());
      onAnotherThread(session::profile);
    }
  }

  /** A thread that has never seen the device. */
  private static void onAnotherThread(Runnable work)
      throws InterruptedException, ExecutionException {
    FutureTask<Void> task = new FutureTask<>(work, null);
    new Thread(task).start();
    task.get();
  }

  private static float[] logits(Session session) {
    float[] logits = new float[session.output("logits").limit()];
    session.output("logits").get(0, logits);
    return logits;
  }

  @Test
  void missingGpuIsSaidInCudasWords() {
    assumeTrue(GpuProbe.look().gpus().isEmpty(), "this machine has a GPU");
    BackendUnavailableException e =
        assertThrows(BackendUnavailableException.class, () -> CudaBackend.open(0, Precision.FP32));
    assertTrue(e.getMessage().startsWith("no GPU: "), e::getMessage);
  }
}
