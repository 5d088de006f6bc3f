package org.residuum.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.bench.Sample;
import org.residuum.network.ElementType;

/** The GPU benchmarks with tiny sizes on the interpreter: that they run, and what they write. */
class GpuBenchmarkTest {
  @TempDir Path folder;

  @Test
  void everyGroupRunsAndWritesItsRows() throws Exception {
    Path file = folder.resolve("bench.json");
    int code = GpuBenchmark.run("all", "--interpreter", "--out", file + "");
    assertEquals(0, code);
    BenchJson read = BenchJson.read(file);
    assertEquals("PTX interpreter", read.header().get("device"));
    for (String name : List.of("copyGigabytesPerSecond", "teraflopsPerSecond.bf16", "commit")) {
      assertTrue(read.header().containsKey(name), name);
    }
    Map<String, Long> rows =
        read.rows().stream()
            .collect(Collectors.groupingBy(BenchJson.Row::group, Collectors.counting()));
    Set<String> groups =
        Set.of("launches", "products", "steps", "kernels", "inference", "training", "blocks");
    assertEquals(groups, rows.keySet());
    for (BenchJson.Row row : read.rows()) {
      assertTrue(row.number("medianSeconds") > 0, row::key);
      assertTrue(row.number("lowerQuartileSeconds") <= row.number("upperQuartileSeconds"));
    }
    // resnet8 in three modes: on the device, floats, bytes, two under way.
    assertEquals(12, rows.get("inference"));
    summaryShowsEachGroup();
  }

  private void summaryShowsEachGroup() throws Exception {
    String text = GpuSummary.of(folder, false);
    for (String heading : List.of("Host time of a launch", "Inference", "Kernels within a batch")) {
      assertTrue(text.contains("### " + heading), heading);
    }
    assertTrue(text.contains("| window of 27, padded: "), text);
  }

  /** A row that does not come in time, or for which there is no room, says so and fails nothing. */
  @Test
  void whatHasNoTimeIsLeftOut() throws Exception {
    Path file = folder.resolve("bench.json");
    int code =
        GpuBenchmark.run(
            "launches", "training", "--interpreter", "--seconds", "2", "--out", file + "");
    assertEquals(0, code);
    List<BenchJson.Row> rows = BenchJson.read(file).rows();
    assertTrue(rows.size() >= 4, rows + "");
    for (BenchJson.Row row : rows) {
      assertEquals("no time was left", row.fields().get("leftOut"), row::key);
    }
    assertTrue(GpuSummary.of(folder, false).contains("left out: no time was left"));
  }

  /** The faster of PyTorch's ways counts; a line that failed says so. */
  @Test
  void summarySetsPyTorchBesideUs() throws Exception {
    Sample tenths = new Sample(new double[] {0.1, 0.2, 0.3});
    BenchReport report =
        new BenchReport(
            Map.of("device", "a GPU", "driverCuda", "13.0", "commit", "abc"),
            folder.resolve("bench-inference.json"));
    report.add(
        BenchRow.of("inference", "net, batch 1", "bf16", tenths, new Traffic(3e6, 7e9))
            .with("imagesPerSecond", 5));
    report.add(BenchRow.failed("inference", "net, batch 9", "bf16", "too large"));
    Files.writeString(
        folder.resolve("pytorch.json"),
        """
        {"system": "PyTorch", "rows": [
          {"group": "inference", "name": "net, batch 1", "mode": "bf16", "way": "eager",
           "medianSeconds": 0.5},
          {"group": "inference", "name": "net, batch 1", "mode": "bf16", "way": "max-autotune",
           "medianSeconds": 0.3},
          {"group": "inference", "name": "net, batch 1", "mode": "bf16", "failure": "no"}]}
        """);
    Files.writeString(
        folder.resolve("stages.json"),
        """
        {"system": "Residuum", "commit": "abc", "rows": [
          {"group": "stages", "stage": "jit", "name": "jit", "seconds": 7.1, "limit": 30.0,
           "verdict": "FAILED: stopped after 30 s", "detail": "", "clocks": "1980 MHz"}]}
        """);
    String text = GpuSummary.of(folder, true);
    assertTrue(text.startsWith("## a GPU, CUDA 13.0, commit abc\n"), text);
    assertTrue(
        text.contains(
            "| net, batch 1 | bf16 | 2.000e+05 | 1.500e+05–2.500e+05 | 5.0000 | 3.000e+05"
                + " max-autotune | 1.500 |"),
        text);
    assertTrue(text.contains("| net, batch 9 | bf16 | FAILED: too large |"), text);
    assertTrue(text.contains("| jit | 7.1 | 30.0 | FAILED: stopped after 30 s | 1980 MHz |"), text);
    assertTrue(report.anyFailed());
  }

  @Test
  void kernelsThatGoOverWholeArraysAreMeasured() {
    assertTrue(KernelBench.isMeasured(kernel("batch_norm_residual_relu_backward")));
    assertTrue(KernelBench.isMeasured(kernel("adamw")));
    List<Kernel> leftOut = KernelBench.leftOut();
    for (Kernel kernel : KernelTable.all()) {
      boolean named = kernel.name().matches("(relu|residual|sigmoid|bias|batch_norm|scale).*");
      boolean whole = !kernel.name().endsWith("_finish");
      assertTrue(!(named && whole) || !leftOut.contains(kernel), kernel::name);
    }
  }

  /** Bytes as the heads of the .cu files and the shapes say. */
  @Test
  void trafficCountsEachArrayOnce() {
    Gemm.Matrix a = Gemm.matrix(7, ElementType.BF16, 21);
    Gemm.Matrix b = Gemm.matrix(7, ElementType.BF16, 35).transpose();
    Gemm.Matrix c = Gemm.matrix(5, ElementType.BF16, 15);
    Gemm gemm = Gemm.of(Precision.BF16, Gemm.size(3, 5, 7), a, b, c).accumulating(true);
    assertEquals(new Traffic(2 * (21 + 35) + 2 * 2 * 15, 210), Traffic.of(gemm));
    assertEquals(new Traffic(4 * (2 * (21 + 35) + 2 * 2 * 15), 4 * 210), Traffic.of(gemm.times(4)));
    Object[] norm = {0L, 0L, 0L, 0L, 0L, 0L, 0L, 11L, 4};
    assertEquals(
        5 * 44 * 4,
        Traffic.of(kernel("batch_norm_residual_relu_backward"), ElementType.F32, norm).bytes());
    assertEquals(
        3 * 44 * 2, Traffic.of(kernel("relu_backward"), ElementType.BF16, 0L, 0L, 0L, 44L).bytes());
    Object[] pool = {0L, 0L, 2, 8, 6, 3, 4, 3, 2, 2, 2, 2, 0, 0, 1, 1};
    assertEquals(
        2 * (2 * 8 * 6 * 3 + 2 * 4 * 3 * 3),
        Traffic.of(kernel("max_pool_forward"), ElementType.BF16, pool).bytes());
    Object[] global = {0L, 0L, 5L, 7, 4};
    assertEquals(
        2 * (5 * 7 * 4 + 5 * 4),
        Traffic.of(kernel("global_average_pool_forward"), ElementType.BF16, global).bytes());
    Object[] gather = {0L, 0L, 2, 8, 6, 3, 4, 3, 5, 2, 2, 1};
    assertEquals(
        4 * (2 * 8 * 6 * 3 + 2 * 4 * 3 * 5),
        Traffic.of(kernel("strided_gather"), ElementType.F32, gather).bytes());
    // One of two images of 8 × 6 pixels in 2 groups of 3 channels, 3 × 3 taps, rows padded from 27
    // to
    // 32.
    Object[] columns = {0L, 0L, 0L, 8L, 2, 32, 2, 8, 6, 6, 8, 6, 3, 3, 1, 1, 1, 1, 1, 1};
    assertEquals(
        4 * (2 * 8 * 6 * 32 + 8 * 6 * 6),
        Traffic.of(kernel("im2col"), ElementType.F32, columns).bytes());
  }

  /** That the three kernels of the launch table have about 5, 12 and 20 arguments. */
  @Test
  void launchesOfFewAndManyArgumentsAreTimed() {
    assertEquals(5, LaunchBench.withArguments(5).parameters().size());
    assertEquals(12, LaunchBench.withArguments(12).parameters().size(), 1);
    assertEquals(20, LaunchBench.withArguments(20).parameters().size(), 1);
  }

  @Test
  void missingGpuAndUnknownGroupHaveExitCodesOfTheirOwn() {
    assertEquals(2, GpuBenchmark.run("kernel"));
    assertEquals(2, GpuBenchmark.run());
    if (GpuProbe.look().gpus().isEmpty()) {
      assertEquals(3, GpuBenchmark.run("probe"));
    }
  }
}
