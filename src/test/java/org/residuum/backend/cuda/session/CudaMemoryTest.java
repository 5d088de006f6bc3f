package org.residuum.backend.cuda.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.cuda.rig.Intercepted;
import org.residuum.backend.cuda.rig.TestDevice;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;
import org.residuum.ptx.LaunchOptions;

/** Device memory over many sessions, when there is too little of it, and when threads share it. */
class CudaMemoryTest {
  private static final Set<String> TAKES_MEMORY =
      Set.of("allocate", "allocateHost", "createStream", "createEvent");
  private static final UpdateRule RULE = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.1, true);
  private static final int BATCH = 3;
  private static final int BRANCHES = 24;

  CudaDriver driver() {
    return TestDevice.INTERPRETER.driver();
  }

  /** A device whose memory a batch can exceed. */
  CudaDriver smallDriver() {
    return new EmulatedDriver(LaunchOptions.fast(), 80, 4 << 20);
  }

  /** How often sessions are opened. */
  int sessions() {
    return 20;
  }

  /** How often a session runs. */
  int runs() {
    return 3;
  }

  /** What others may take of the device's memory meanwhile. */
  long unrest() {
    return 0;
  }

  /** Of the network that is too large. */
  int width() {
    return 64;
  }

  /** Java heap that a run may take; the interpreter takes plenty. */
  long heapBytes() {
    return Long.MAX_VALUE;
  }

  private static Network network() {
    return ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.ZERO_PAD);
  }

  private static Plan compile(CudaBackend backend, Network network, int batch) {
    return backend.compile(
        network, new Initializer(1).initialize(network), CompileOptions.batch(batch));
  }

  private static TrainingSession train(CudaBackend backend) {
    Network training = Gradients.of(network(), 0);
    return backend.train(
        training, new Initializer(1).initialize(training), CompileOptions.batch(BATCH));
  }

  private static void fill(Session session, int seed) {
    for (int i = 0; i < session.input("x").limit(); i++) {
      session.input("x").put(i, (float) Math.sin(0.7 * i + seed));
    }
  }

  private static void learn(TrainingSession session) {
    fill(session, 0);
    for (int i = 0; i < BATCH; i++) {
      session.input(Gradients.LABELS).put(i, i);
    }
    session.run();
    session.update(RULE, 1e-3, 0);
  }

  private static float[] logits(Session session) {
    float[] logits = new float[session.output("logits").limit()];
    session.output("logits").get(0, logits);
    return logits;
  }

  @ParameterizedTest
  @EnumSource
  void sessionsThatComeAndGoTakeNoMemoryWithThem(Precision precision) {
    CudaDriver driver = driver();
    CudaBackend backend = new CudaBackend(driver, precision);
    try (Plan plan = compile(backend, network(), BATCH)) {
      open(plan, backend);
      long free = driver.memoryInfo().free();
      for (int i = 0; i < sessions(); i++) {
        plan.session().close();
      }
      open(plan, backend);
      long missing = free - driver.memoryInfo().free();
      assertTrue(Math.abs(missing) <= unrest(), () -> missing + " bytes are missing");
    }
  }

  /** Used once, so that whatever is taken once is taken. */
  private static void open(Plan plan, CudaBackend backend) {
    try (Session session = plan.session();
        TrainingSession training = train(backend)) {
      fill(session, 0);
      session.run();
      learn(training);
    }
  }

  @Test
  void batchThatDoesNotFitIsRefusedAndTheDeviceGoesOn() {
    CudaDriver driver = smallDriver();
    CudaBackend backend = new CudaBackend(driver, Precision.FP32);
    Network wide = wide();
    int batch;
    try (Plan one = compile(backend, wide, 1)) {
      long bytes = one.arenaBytes();
      batch = Math.toIntExact(2 * driver.memoryInfo().total() / bytes);
    }
    String message;
    try (Plan plan = compile(backend, wide, batch)) {
      OutOfDeviceMemoryException e = assertThrows(OutOfDeviceMemoryException.class, plan::session);
      message = e.getMessage();
    }
    assertTrue(message.matches("allocate \\d+ bytes for session of wide, batch .*"), message);
    assertTrue(message.contains("free"), message);
    assertTrue(message.matches(".*; batch \\d+ would fit"), message);
    int fits = Integer.parseInt(message.replaceAll(".*; batch (\\d+) would fit", "$1"));
    assertTrue(fits < batch, message);
    // A quarter is left to cuBLAS and to whoever else uses the device.
    try (Plan plan = compile(backend, wide, Math.max(1, fits - fits / 4));
        Session session = plan.session()) {
      fill(session, 0);
      session.run();
      for (float logit : logits(session)) {
        assertTrue(Float.isFinite(logit), "logit " + logit);
      }
    }
  }

  /** What an update needs does not depend on the batch. */
  @Test
  void hostMemoryThatAnUpdateLacksIsNoMatterOfTheBatch() {
    EmulatedDriver driver = new EmulatedDriver();
    try (TrainingSession training = train(new CudaBackend(driver, Precision.FP32))) {
      driver.withHostMemory(0);
      OutOfDeviceMemoryException e =
          assertThrows(OutOfDeviceMemoryException.class, () -> training.update(RULE, 1e-3, 0));
      assertTrue(e.getMessage().contains("for optimiser's mask"), e.getMessage());
      assertTrue(e.getMessage().endsWith("; free memory of the host"), e.getMessage());
      driver.withHostMemory(Long.MAX_VALUE);
      learn(training);
    }
  }

  /** Many values live at once, each of under 2^31 elements on devices of up to 200 GB. */
  private Network wide() {
    NetworkBuilder net = new NetworkBuilder("wide");
    Value x = net.input("x", Shape.batch(16));
    List<Value> branches = new ArrayList<>();
    for (int i = 0; i < BRANCHES; i++) {
      branches.add(net.relu("relu" + i, net.dense("fc" + i, x, width())));
    }
    Value sum = branches.get(0);
    for (int i = 1; i < BRANCHES; i++) {
      sum = net.add("sum" + i, sum, branches.get(i));
    }
    net.output("logits", net.dense("head", sum, 4));
    return net.build();
  }

  @ParameterizedTest
  @EnumSource
  void runsTakeNoMemoryOnceTheyAreWarm(Precision precision) {
    AtomicInteger taken = new AtomicInteger();
    CudaDriver counted =
        Intercepted.of(
            CudaDriver.class,
            driver(),
            call -> {
              if (TAKES_MEMORY.contains(call.name())) {
                taken.incrementAndGet();
              }
              return call.go();
            });
    CudaBackend backend = new CudaBackend(counted, precision);
    try (Plan plan = compile(backend, network(), BATCH);
        Session session = plan.session();
        TrainingSession training = train(backend)) {
      fill(session, 0);
      session.run();
      learn(training);
      int before = taken.get();
      assertTrue(before > 0, "nothing was counted");
      for (int i = 0; i < 5; i++) {
        session.run();
        learn(training);
        assertFalse(training.parameters().isEmpty());
        assertEquals(i + 2, training.optimizerState().steps());
        assertFalse(training.gradientNorms().isEmpty());
      }
      assertEquals(before, taken.get(), "allocations");
      long bytes = heapBytesOf(session);
      assertTrue(bytes <= heapBytes(), () -> bytes + " bytes of heap a run");
    }
  }

  private long heapBytesOf(Session session) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs(); i++) {
      session.run();
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / runs();
  }

  @ParameterizedTest
  @EnumSource
  void threadsWithSessionsOfTheirOwnShareAPlan(Precision precision)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Plan plan = compile(new CudaBackend(driver(), precision), network(), BATCH)) {
      List<float[]> expected = List.of(run(plan, 1, 1), run(plan, 2, 1));
      List<Future<float[]>> got = new ArrayList<>();
      for (int seed = 1; seed <= 2; seed++) {
        int own = seed;
        got.add(threads.submit(() -> run(plan, own, runs())));
      }
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(expected.get(i), got.get(i).get());
      }
    } finally {
      threads.shutdown();
    }
  }

  private static float[] run(Plan plan, int seed, int times) {
    try (Session session = plan.session()) {
      fill(session, seed);
      session.run();
      float[] first = logits(session);
      for (int i = 1; i < times; i++) {
        session.run();
        assertArrayEquals(first, logits(session));
      }
      return first;
    }
  }
}
