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
    int code =
        GpuBenchmark.run(
            "kernels", "blocks", "inference", "training", "--interpreter", "--out", file + "");
    assertEquals(0, code);
    BenchJson read = BenchJson.read(file);
    assertEquals("PTX interpreter", read.header().get("device"));
    for (String name : List.of("copyGigabytesPerSecond", "teraflopsPerSecond.bf16", "commit")) {
      assertTrue(read.header().containsKey(name), name);
    }
    Set<String> groups = read.rows().stream().map(BenchJson.Row::group).collect(Collectors.toSet());
    assertEquals(Set.of("kernels", "blocks", "inference", "training"), groups);
    for (BenchJson.Row row : read.rows()) {
      assertTrue(row.number("medianSeconds") > 0, row::key);
      assertTrue(row.number("lowerQuartileSeconds") <= row.number("upperQuartileSeconds"));
      assertTrue(row.number("bytes") > 0, row::key);
    }
    // resnet8 at batches 1 and 2, in three modes, with and without copies.
    assertEquals(12, read.rows().stream().filter(r -> r.group().equals("inference")).count());
    assertTrue(Files.exists(file));
  }

  /** The faster of PyTorch's two ways counts; a line that failed says so. */
  @Test
  void summarySetsPyTorchBesideUs() throws Exception {
    Sample tenths = new Sample(new double[] {0.1, 0.2, 0.3});
    BenchReport report =
        new BenchReport(Map.of("device", "a GPU"), folder.resolve("bench-inference.json"));
    report.add(
        BenchRow.of("inference", "net, batch 1", "bf16", tenths, new Traffic(3e6, 7e9))
            .with("imagesPerSecond", 5));
    report.add(BenchRow.failed("inference", "net, batch 9", "bf16", "too large"));
    Files.writeString(
        folder.resolve("pytorch.json"),
        """
        {"system": "PyTorch", "rows": [
          {"group": "inference", "name": "net, batch 1", "mode": "bf16", "medianSeconds": 0.5},
          {"group": "inference", "name": "net, batch 1", "mode": "bf16", "medianSeconds": 0.3},
          {"group": "inference", "name": "net, batch 1", "mode": "bf16", "failure": "no"}]}
        """);
    String text = GpuSummary.of(folder);
    assertTrue(
        text.contains(
            "| net, batch 1 | bf16 | 2.000e+05 | 1.500e+05–2.500e+05 | 3.000 | 7.000 | 5.000 img/s"
                + " |  | 1.500 |"),
        text);
    assertTrue(text.contains("| net, batch 9 | bf16 | FAILED: too large |"), text);
    assertTrue(report.anyFailed());
  }

  @Test
  void kernelsThatGoOverWholeArraysAreMeasured() {
    assertTrue(KernelBench.isMeasured(kernel("batch_norm_residual_relu_backward")));
    assertTrue(KernelBench.isMeasured(kernel("adamw")));
    List<Kernel> leftOut = KernelBench.leftOut();
    for (Kernel kernel : KernelTable.all()) {
      boolean named = kernel.name().matches("(RELU|RESIDUAL|SIGMOID|BIAS|BATCH_NORM|SCALE).*");
      boolean whole = !kernel.name().endsWith("_FINISH");
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

  @Test
  void missingGpuAndUnknownGroupHaveExitCodesOfTheirOwn() {
    assertEquals(2, GpuBenchmark.run("kernel"));
    assertEquals(2, GpuBenchmark.run());
    if (GpuProbe.look().gpus().isEmpty()) {
      assertEquals(3, GpuBenchmark.run("probe"));
    }
  }
}
