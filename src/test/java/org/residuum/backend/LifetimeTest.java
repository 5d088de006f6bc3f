package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.initial.Initializer;

/** Plans and sessions that are used after their end: an error at worst, never the process's end. */
final class LifetimeTest {
  private static final Network NETWORK = ResNets.mlp(4, 2);
  private static final Tensor X = Tensor.of(Shape.of(2, 4), 1, -2, 3, -4, 5, -6, 7, -8);

  private static Stream<TrainingBackend> backends() {
    return Stream.of(
        new ReferenceBackend(), new CpuBackend(), EmulatedBackend.open(Precision.FP32));
  }

  private static Plan plan(TrainingBackend backend) {
    return backend.compile(
        NETWORK, new Initializer(1).initialize(NETWORK), CompileOptions.batch(2));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void closedPlanOpensNoSession(TrainingBackend backend) {
    Plan plan = plan(backend);
    plan.close();
    plan.close();
    String message = assertThrows(IllegalStateException.class, plan::session).getMessage();
    assertTrue(message.startsWith("this plan of mlp4x2 is closed"), message);
    assertThrows(IllegalStateException.class, () -> plan.run(X));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sessionOutlivesItsPlan(TrainingBackend backend) {
    Plan plan = plan(backend);
    float[] expected = plan.run(X).toArray();
    try (Session session = plan.session()) {
      plan.close();
      session.input("x").put(0, X.data(), 0, 8);
      session.run();
      float[] y = new float[8];
      session.output("y").get(0, y);
      assertArrayEquals(expected, y);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void closedSessionRefusesEverything(TrainingBackend backend) {
    try (Plan plan = plan(backend)) {
      Session session = plan.session();
      session.close();
      session.close();
      assertThrows(IllegalStateException.class, session::run);
      assertThrows(IllegalStateException.class, () -> session.input("x"));
      assertThrows(IllegalStateException.class, () -> session.output("y"));
    }
  }

  @Test
  void closingWaitsForARunInAnotherThread() throws InterruptedException {
    try (Plan plan = plan(new CpuBackend())) {
      Session session = plan.session();
      CountDownLatch running = new CountDownLatch(1);
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (true) {
                    session.run();
                    running.countDown();
                  }
                } catch (IllegalStateException e) {
                  end.set(e);
                }
              });
      thread.start();
      running.await();
      session.close();
      thread.join();
      assertEquals("this session of mlp4x2 is closed", end.get().getMessage());
    }
  }

  @Test
  void sessionThatIsInUseRefusesAnotherThread() throws InterruptedException {
    Network large = ResNets.mlp(512, 8);
    try (Plan plan =
            new CpuBackend()
                .compile(large, new Initializer(1).initialize(large), CompileOptions.batch(512));
        Session session = plan.session()) {
      AtomicReference<String> refusal = new AtomicReference<>();
      Thread[] threads = new Thread[2];
      for (int i = 0; i < threads.length; i++) {
        threads[i] =
            new Thread(
                () -> {
                  try {
                    while (refusal.get() == null) {
                      session.run();
                    }
                  } catch (IllegalStateException e) {
                    refusal.set(e.getMessage());
                  }
                });
        threads[i].start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertTrue(refusal.get().contains("in use by another thread"), refusal.get());
    }
  }
}
