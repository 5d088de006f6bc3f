package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** What a session takes once it has started: neither heap nor native memory. */
class SteadyStateTest {
  private static final long HEAP_BYTES_A_BATCH = 10_000;
  private static final int BATCHES = 50;

  private static final Network NETWORK =
      ResNets.cifar(8, Shape.of(3, 16, 16), 10, ResidualBlocks.Shortcut.ZERO_PAD);

  @Test
  void inferenceAllocatesAlmostNoHeapAndNoNativeMemory() {
    try (Plan plan =
            new CpuBackend()
                .compile(NETWORK, new Initializer(1).initialize(NETWORK), CompileOptions.batch(4));
        Session session = plan.session()) {
      requireSteady(session::run);
    }
  }

  @Test
  void trainingAllocatesAlmostNoHeapAndNoNativeMemory() {
    UpdateRule rule = new UpdateRule.AdamW(0.9, 0.999, 1e-8, 1e-2, false);
    try (TrainingSession session =
        new CpuBackend()
            .train(
                Gradients.of(NETWORK, 0.1f),
                new Initializer(1).initialize(NETWORK),
                CompileOptions.batch(4))) {
      requireSteady(
          () -> {
            session.run();
            session.update(rule, 1e-3, 1);
          });
    }
  }

  private static void requireSteady(Runnable batch) {
    for (int i = 0; i < BATCHES; i++) {
      batch.run();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long nativeBefore = Pointer.totalBytes();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < BATCHES; i++) {
      batch.run();
    }
    long heap = (threads.getCurrentThreadAllocatedBytes() - before) / BATCHES;
    assertTrue(heap < HEAP_BYTES_A_BATCH, heap + " bytes of heap a batch");
    assertEquals(nativeBefore, Pointer.totalBytes(), "bytes off the heap");
  }

  @Test
  void closedSessionSaysSoAndClosingTwiceIsHarmless() {
    Plan plan =
        new CpuBackend()
            .compile(NETWORK, new Initializer(1).initialize(NETWORK), CompileOptions.batch(1));
    Session session = plan.session();
    session.close();
    session.close();
    plan.close();
    plan.close();
    assertThrows(IllegalStateException.class, session::run);
  }

  @Test
  void sessionsOfOnePlanDoNotDisturbEachOther() throws InterruptedException {
    try (Plan plan =
        new CpuBackend()
            .compile(NETWORK, new Initializer(1).initialize(NETWORK), CompileOptions.batch(2))) {
      float[][] results = new float[4][];
      Thread[] threads = new Thread[results.length];
      for (int t = 0; t < threads.length; t++) {
        int own = t;
        threads[t] = new Thread(() -> results[own] = run(plan, own % 2));
        threads[t].start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(results[0][0], results[2][0]);
      assertEquals(results[1][3], results[3][3]);
      assertTrue(results[0][0] != results[1][0], "different inputs give different logits");
    }
  }

  private static float[] run(Plan plan, int value) {
    try (Session session = plan.session()) {
      for (int i = 0; i < session.input("x").limit(); i++) {
        session.input("x").put(i, (i % 7 - 3) * 0.1f + value);
      }
      float[] logits = new float[20];
      for (int i = 0; i < 20; i++) {
        session.run();
      }
      session.output("logits").get(0, logits);
      return logits;
    }
  }
}
