package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/**
 * Sessions closed by one thread while another uses them, at any moment: the user is told that the
 * session is closed, each result before that is right, and the close returns. {@code
 * -Dresiduum.closeRounds=1000} has more rounds than the default.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloseAgainstRunTest {
  private static final int ROUNDS = Integer.getInteger("residuum.closeRounds", 60);
  private static final int BATCH = 2;
  private static final int WIDTH = 4;
  private static final Network NETWORK = ResNets.mlp(WIDTH, 2);
  private static final Network LEARNING = Gradients.of(Networks.small(), 0);
  private static final UpdateRule RULE = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.1, false);
  private static final float[] X = {1, -2, 3, -4, 5, -6, 7, -8};

  private final ExecutorService user = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    user.shutdownNow();
  }

  static Stream<TrainingBackend> backends() {
    return Stream.of(
        new ReferenceBackend(), new CpuBackend(), EmulatedBackend.open(Precision.FP32));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void inference(TrainingBackend backend) throws Exception {
    Parameters parameters = new Initializer(1).initialize(NETWORK);
    try (Plan plan = backend.compile(NETWORK, parameters, CompileOptions.batch(BATCH))) {
      float[] expected = new float[X.length];
      try (Session session = plan.session()) {
        infer(session, expected);
      }
      rounds(
          plan::session,
          session -> {
            float[] y = new float[X.length];
            infer(session, y);
            assertArrayEquals(expected, y);
          });
    }
  }

  private static void infer(Session session, float[] y) {
    FloatBuffer input = session.input("x");
    FloatBuffer output = session.output("y");
    input.put(0, X);
    session.run();
    output.get(0, y);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void slots(TrainingBackend backend) throws Exception {
    Parameters parameters = new Initializer(1).initialize(NETWORK);
    try (Plan plan = backend.compile(NETWORK, parameters, CompileOptions.batch(BATCH))) {
      rounds(
          plan::session,
          session -> {
            for (Slot slot : session.slots()) {
              slot.input("x").put(0, X);
              slot.send();
              slot.start();
            }
            session.slots().forEach(Slot::await);
          });
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void profile(TrainingBackend backend) throws Exception {
    Parameters parameters = new Initializer(1).initialize(NETWORK);
    try (Plan plan = backend.compile(NETWORK, parameters, CompileOptions.batch(BATCH))) {
      rounds(plan::session, Session::profile);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void training(TrainingBackend backend) throws Exception {
    Parameters parameters = new Initializer(1).initialize(LEARNING);
    rounds(
        () -> backend.train(LEARNING, parameters, CompileOptions.batch(BATCH)),
        session -> {
          session.run();
          session.update(RULE, 0.1, 1);
          session.gradient(parameters.names().iterator().next());
          session.restore(session.parameters(), session.optimizerState());
        });
  }

  private interface Opener<S> {
    S open();
  }

  private <S extends Session> void rounds(Opener<S> opener, Consumer<S> use) throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < ROUNDS; round++) {
      S session = opener.open();
      Future<String> end = user.submit(() -> useUntilClosed(session, use));
      long until = System.nanoTime() + random.nextInt(300_000);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      session.close();
      String told = end.get();
      assertEquals("is closed", told.substring(told.length() - 9), told);
    }
  }

  private static <S extends Session> String useUntilClosed(S session, Consumer<S> use) {
    try {
      while (true) {
        use.accept(session);
      }
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void closedTrainingRefusesEverything(TrainingBackend backend) {
    Parameters parameters = new Initializer(1).initialize(LEARNING);
    TrainingSession session = backend.train(LEARNING, parameters, CompileOptions.batch(BATCH));
    Parameters kept = session.parameters();
    session.close();
    session.close();
    List<Executable> calls =
        List.of(
            session::run,
            session::profile,
            session::parameters,
            session::optimizerState,
            () -> session.update(RULE, 0.1, 0),
            () -> session.restore(kept),
            () -> session.gradient(kept.names().iterator().next()),
            () -> session.input("x"),
            () -> session.output("loss"),
            () -> session.slots().get(0).start());
    for (Executable call : calls) {
      String message = assertThrows(IllegalStateException.class, call).getMessage();
      assertEquals("this session of " + LEARNING.name() + " is closed", message);
    }
  }

  /** What callers still hold is memory that is there; its values are of no use. */
  @ParameterizedTest
  @MethodSource("backends")
  void buffersOfAClosedSessionCanBeTouched(TrainingBackend backend) {
    Parameters parameters = new Initializer(1).initialize(NETWORK);
    try (Plan plan = backend.compile(NETWORK, parameters, CompileOptions.batch(BATCH))) {
      for (int i = 0; i < 50; i++) {
        Session session = plan.session();
        FloatBuffer x = session.input("x");
        FloatBuffer y = session.output("y");
        session.close();
        for (int at = 0; at < x.limit(); at++) {
          x.put(at, at);
          y.put(at, -at);
        }
        for (int at = 0; at < x.limit(); at++) {
          assertEquals(at, x.get(at));
          assertEquals(-at, y.get(at));
        }
      }
    }
  }
}
