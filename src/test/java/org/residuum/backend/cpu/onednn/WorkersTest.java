package org.residuum.backend.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** How many threads work, and how they wait. */
class WorkersTest {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final Network NETWORK =
      ResNets.cifar(8, Shape.of(3, 16, 16), 10, ResidualBlocks.Shortcut.ZERO_PAD);
  private static final Parameters PARAMETERS = new Initializer(1).initialize(NETWORK);
  private static final CompileOptions OPTIONS = CompileOptions.batch(8);

  @Test
  void nativesAreLoadedWhateverTheStackOfTheThreadThatAsks() throws Exception {
    assertTrue(LoadingChild.run(160, Map.of()).startsWith("0 oneDNN "));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void idleThreadsSpinForAsLongAsWeSayUnlessTheEnvironmentSaysOtherwise() throws Exception {
    assertEquals("'2000'", spinCount(Map.of()));
    assertEquals("'77'", spinCount(Map.of("GOMP_SPINCOUNT", "77")));
    assertEquals("'0'", spinCount(Map.of("OMP_WAIT_POLICY", "passive")));
  }

  /** As OpenMP itself tells it when it is loaded. */
  private static String spinCount(Map<String, String> environment) throws Exception {
    Map<String, String> verbose = new java.util.HashMap<>(environment);
    verbose.put("OMP_DISPLAY_ENV", "VERBOSE");
    return LoadingChild.run(1024, verbose)
        .lines()
        .filter(line -> line.contains("GOMP_SPINCOUNT"))
        .map(line -> line.substring(line.indexOf('=') + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void eachBackendKeepsToItsNumberOfThreadsInWhateverThreadItRuns() throws Exception {
    try (Plan one = new CpuBackend(1).compile(NETWORK, PARAMETERS, OPTIONS);
        Plan three = new CpuBackend(3).compile(NETWORK, PARAMETERS, OPTIONS)) {
      assertEquals(List.of(1), inThread("omp-1", () -> List.of(run(one, "omp-1"))));
      assertEquals(List.of(3), inThread("omp-3", () -> List.of(run(three, "omp-3"))));
      assertEquals(
          List.of(1, 3, 3),
          inThread(
              "omp-13",
              () -> List.of(run(one, "omp-13"), run(three, "omp-13"), run(one, "omp-13"))),
          "threads that did work once stay");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void trainingKeepsToItsNumberOfThreads() throws Exception {
    assertEquals(1, inThread("learn-1", () -> learn(new CpuBackend(1), "learn-1")));
    assertEquals(4, inThread("learn-4", () -> learn(new CpuBackend(4), "learn-4")));
  }

  @Test
  void plansOfOtherNumbersOfThreadsGiveTheSameResultsInOneThread() {
    List<float[]> results = new ArrayList<>();
    try (Plan one = new CpuBackend(1).compile(NETWORK, PARAMETERS, OPTIONS);
        Plan many = new CpuBackend(5).compile(NETWORK, PARAMETERS, OPTIONS);
        Session few = one.session();
        Session more = many.session()) {
      for (int i = 0; i < 3; i++) {
        results.add(logits(few));
        results.add(logits(more));
      }
    }
    for (float[] result : results) {
      for (int i = 0; i < result.length; i++) {
        assertEquals(results.get(0)[i], result[i], 1e-5f * Math.abs(results.get(0)[i]) + 1e-6f);
      }
    }
  }

  private static float[] logits(Session session) {
    for (int i = 0; i < session.input("x").limit(); i++) {
      session.input("x").put(i, (i % 7 - 3) * 0.1f);
    }
    session.run();
    float[] logits = new float[session.output("logits").limit()];
    session.output("logits").get(0, logits);
    return logits;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1025, 10_000, Integer.MAX_VALUE})
  void tooFewThreadsAndThoseThatEndTheProcessAreRefused(int threads) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new CpuBackend(threads)).getMessage();
    assertTrue(message.startsWith("threads must be 1 to 1024, not " + threads + "; "), message);
  }

  @Test
  void theUsualNumberIsOpenMpsVariableElseTheProcessors() {
    assertEquals(6, Workers.usual(null, 6));
    assertEquals(3, Workers.usual("3", 6));
    assertEquals(3, Workers.usual(" 3,2", 6));
    assertEquals(6, Workers.usual("0", 6));
    assertEquals(6, Workers.usual("many", 6));
    assertEquals(6, Workers.usual("", 6));
    assertEquals(CpuBackend.MOST_THREADS, Workers.usual("9999", 6));
    assertEquals(CpuBackend.MOST_THREADS, Workers.usual(null, 2000));
  }

  private static int run(Plan plan, String name) throws IOException {
    try (Session session = plan.session()) {
      session.run();
      return threadsNamed(name);
    }
  }

  private static int learn(CpuBackend backend, String name) throws IOException {
    try (TrainingSession session = backend.train(Gradients.of(NETWORK, 0), PARAMETERS, OPTIONS)) {
      session.run();
      return threadsNamed(name);
    }
  }

  private static <T> T inThread(String name, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    new Thread(task, name).start();
    return task.get();
  }

  /** OpenMP's threads bear the name of the one that started them. */
  private static int threadsNamed(String name) throws IOException {
    try (Stream<Path> tasks = Files.list(TASKS)) {
      return (int) tasks.filter(task -> name(task).equals(name)).count();
    }
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      return ended(e);
    }
  }

  /** A thread that ends between its listing and its reading answers "no such process". */
  private static String ended(IOException e) {
    if (String.valueOf(e.getMessage()).contains("No such process")) {
      return "";
    }
    throw new UncheckedIOException(e);
  }
}
