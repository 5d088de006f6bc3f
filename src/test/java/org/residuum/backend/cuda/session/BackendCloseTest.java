package org.residuum.backend.cuda.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Networks;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** A backend that is closed before its plans and sessions, in use or not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackendCloseTest {
  private static final String NOTHING = "0 streams, 0 events, 0 bytes, 0 buffers";
  private static final Network NETWORK = Networks.small();
  private static final Network LEARNING = Gradients.of(NETWORK, 0);
  private static final Parameters PARAMETERS = new Initializer(1).initialize(NETWORK);
  private static final CompileOptions OPTIONS = CompileOptions.batch(1);

  private final ExecutorService users = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    users.shutdownNow();
  }

  @Test
  void closesWhatIsOpenAndGivesEverythingBack() {
    EmulatedDriver driver = new EmulatedDriver();
    CudaBackend backend = new CudaBackend(driver, Precision.FP32);
    Plan plan = backend.compile(NETWORK, PARAMETERS, OPTIONS);
    Session session = plan.session();
    TrainingSession training = backend.train(LEARNING, PARAMETERS, OPTIONS);
    backend.close();
    backend.close();
    assertEquals(NOTHING, driver.leaks());
    assertThrows(IllegalStateException.class, session::run);
    assertThrows(IllegalStateException.class, plan::session);
    assertThrows(IllegalStateException.class, training::parameters);
    session.close();
    training.close();
    plan.close();
    assertEquals(NOTHING, driver.leaks());
    String message =
        assertThrows(
                IllegalStateException.class, () -> backend.compile(NETWORK, PARAMETERS, OPTIONS))
            .getMessage();
    assertTrue(message.endsWith("is closed; open another"), message);
    assertThrows(IllegalStateException.class, () -> backend.train(LEARNING, PARAMETERS, OPTIONS));
    assertEquals(NOTHING, driver.leaks());
  }

  @Test
  void waitsForCallsInOtherThreads() throws Exception {
    for (int round = 0; round < 30; round++) {
      EmulatedDriver driver = new EmulatedDriver();
      CudaBackend backend = new CudaBackend(driver, Precision.FP32);
      Plan plan = backend.compile(NETWORK, PARAMETERS, OPTIONS);
      Session session = plan.session();
      TrainingSession training = backend.train(LEARNING, PARAMETERS, OPTIONS);
      CountDownLatch begun = new CountDownLatch(3);
      List<Future<String>> ends = new ArrayList<>();
      ends.add(users.submit(() -> repeat(begun, session::run)));
      ends.add(users.submit(() -> repeat(begun, training::run)));
      ends.add(users.submit(() -> repeat(begun, () -> plan.session().close())));
      begun.await();
      backend.close();
      for (Future<String> end : ends) {
        assertTrue(end.get().contains("is closed"), end.get());
      }
      assertEquals(NOTHING, driver.leaks());
    }
  }

  private static String repeat(CountDownLatch begun, Runnable call) {
    try {
      while (true) {
        call.run();
        begun.countDown();
      }
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }
}
