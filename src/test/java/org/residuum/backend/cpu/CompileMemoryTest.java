package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.OpCases;
import org.residuum.backend.cpu.onednn.NativeObjects;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** Whatever compiling takes from oneDNN and the C library is given back at the close. */
class CompileMemoryTest {
  private static final int CYCLES = 200;

  /** Descriptions of memory that are not destroyed take 70 to 145 KB a cycle, 7 MB and more. */
  private static final double MOST_GROWTH_MB = 4;

  @ParameterizedTest
  @ValueSource(ints = {8, 20})
  void plansAndTrainingSessionsLeaveNothing(int depth) {
    CompileCycles cycles = new CompileCycles(depth);
    cycles.inference();
    cycles.training();
    long objects = NativeObjects.live();
    long bytes = Pointer.totalBytes();
    cycles.inference();
    cycles.training();
    assertEquals(objects, NativeObjects.live(), "oneDNN's objects");
    assertEquals(bytes, Pointer.totalBytes(), "bytes off the heap");
  }

  @Test
  void noOperationLeavesAnything() {
    CpuBackend backend = new CpuBackend();
    OpCases.all().forEach(row -> compile(backend, row.alone(), row.batch()));
    long objects = NativeObjects.live();
    OpCases.all().forEach(row -> compile(backend, row.alone(), row.batch()));
    assertEquals(objects, NativeObjects.live(), "oneDNN's objects");
    OpCases.learning().forEach(row -> train(backend, Gradients.of(row.between(), 0), row.batch()));
    assertEquals(objects, NativeObjects.live(), "oneDNN's objects");
  }

  private static void compile(CpuBackend backend, Network network, int batch) {
    Parameters parameters = new Initializer(1).initialize(network);
    backend.compile(network, parameters, CompileOptions.batch(batch)).close();
  }

  private static void train(CpuBackend backend, Network network, int batch) {
    Parameters parameters = new Initializer(1).initialize(network);
    backend.train(network, parameters, CompileOptions.batch(batch)).close();
  }

  @Test
  void refusedParametersLeaveNothing() {
    Network network = ResNets.mlp(4, 2);
    Parameters whole = new Initializer(1).initialize(network);
    Map<String, Tensor> tensors = new LinkedHashMap<>(whole.asMap());
    String last = network.parameters().get(network.parameters().size() - 1).name();
    tensors.put(last, Tensor.zeros(Shape.of(7)));
    Parameters wrong = new Parameters(tensors);
    CpuBackend backend = new CpuBackend();
    long objects = NativeObjects.live();
    long bytes = Pointer.totalBytes();
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> backend.compile(network, wrong, CompileOptions.batch(2)))
            .getMessage();
    assertTrue(message.contains(last + " is (7), the network needs (4)"), message);
    assertThrows(
        IllegalArgumentException.class,
        () -> backend.train(network, wrong, CompileOptions.batch(2)));
    assertEquals(objects, NativeObjects.live(), "oneDNN's objects");
    assertEquals(bytes, Pointer.totalBytes(), "bytes off the heap");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inference", "training"})
  void residentMemoryIsFlatOverCycles(String mode) throws IOException, InterruptedException {
    assumeTrue(Files.isReadable(Path.of("/proc/self/statm")), "no /proc/self/statm here");
    List<Double> resident = residentMegabytes(mode);
    double growth = resident.get(1) - resident.get(0);
    assertTrue(growth < MOST_GROWTH_MB, growth + " MB more after " + CYCLES / 2 + " cycles");
  }

  /**
   * In a process of its own, whose heap is of fixed size and touched from the start, and whose
   * compiler stops where it takes little memory.
   */
  private static List<Double> residentMegabytes(String mode)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms64m",
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            CompileCycles.class.getName(),
            "8",
            mode,
            String.valueOf(CYCLES),
            String.valueOf(CYCLES / 2));
    builder.environment().put("OMP_NUM_THREADS", "1");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), output);
    List<Double> megabytes = new ArrayList<>();
    Matcher line = Pattern.compile("([0-9.]+) MB resident").matcher(output);
    while (line.find()) {
      megabytes.add(Double.valueOf(line.group(1)));
    }
    return megabytes;
  }
}
