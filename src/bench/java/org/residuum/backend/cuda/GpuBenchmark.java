package org.residuum.backend.cuda;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaDeviceProp;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.driver.JCudaDriver;
import org.residuum.backend.cuda.library.CublasLibrary;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The GPU benchmarks of {@code scripts/gpu-bundle}: groups by name, or {@code probe}, which only
 * says which GPU there is. Exit codes: 0 done, 1 a row failed, 2 wrong usage, 3 no usable GPU.
 */
@Command(name = "gpu-benchmark", sortOptions = false)
final class GpuBenchmark implements Callable<Integer> {
  private static final String PROBE = "probe";
  private static final List<String> GROUPS =
      List.of(
          KernelBench.GROUP,
          BlockBench.GROUP,
          NetworkBench.INFERENCE,
          NetworkBench.TRAINING,
          PROBE);
  private static final int FAILED = 1;
  private static final int NO_GPU = 3;

  @Parameters(paramLabel = "GROUP", arity = "1..*")
  private List<String> groups = List.of();

  @Option(names = "--gpu", paramLabel = "N")
  private int gpu;

  @Option(names = "--quick", description = "Fewer repeats and batch sizes.")
  private boolean quick;

  @Option(names = "--interpreter", description = "Tiny sizes on the PTX interpreter.")
  private boolean interpreter;

  @Option(names = "--out", paramLabel = "FILE", description = "JSON with all rows.")
  private Path out;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true)
  private boolean help;

  private GpuBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** The exit code. */
  static int run(String... arguments) {
    return new CommandLine(new GpuBenchmark()).execute(arguments);
  }

  @Override
  public Integer call() throws Exception {
    for (String group : groups) {
      if (!GROUPS.contains(group)) {
        System.err.println(
            "gpu-benchmark: no group is named " + group + ", but " + GROUPS + " are");
        return CommandLine.ExitCode.USAGE;
      }
    }
    try (CudaDriver driver = interpreter ? new EmulatedDriver() : JCudaDriver.open(gpu)) {
      if (groups.contains(PROBE)) {
        System.out.println(driver.description());
        return 0;
      }
      return measure(driver) ? 0 : FAILED;
    } catch (BackendUnavailableException e) {
      System.out.println(e.getMessage());
      return NO_GPU;
    }
  }

  private boolean measure(CudaDriver driver) throws Exception {
    BenchSizes sizes =
        interpreter ? BenchSizes.tiny() : quick ? BenchSizes.quick() : BenchSizes.full();
    try (BenchDevice device = new BenchDevice(driver)) {
      DeviceLimits limits = DeviceLimits.measure(device, sizes);
      Map<String, String> header = header(driver);
      header.put("copyGigabytesPerSecond", number(limits.copyBytes() / 1e9));
      limits
          .productFlops()
          .forEach((mode, rate) -> header.put("teraflopsPerSecond." + mode, number(rate / 1e12)));
      header.forEach((name, value) -> System.out.println(name + ": " + value));
      BenchReport report = new BenchReport(header, out);
      for (String group : groups) {
        run(group, device, sizes, limits, report);
      }
      return !report.anyFailed();
    }
  }

  private static void run(
      String group, BenchDevice device, BenchSizes sizes, DeviceLimits limits, BenchReport report) {
    switch (group) {
      case KernelBench.GROUP -> new KernelBench(device, sizes, limits).run(report::add);
      case BlockBench.GROUP -> new BlockBench(device, sizes, limits).run(report::add);
      case NetworkBench.INFERENCE -> new NetworkBench(device, sizes, limits).infer(report::add);
      default -> new NetworkBench(device, sizes, limits).train(report::add);
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  private Map<String, String> header(CudaDriver driver) {
    Map<String, String> header = new LinkedHashMap<>();
    header.put("system", "Residuum");
    header.put("commit", System.getProperty("residuum.commit", "unknown"));
    header.put("Java", Runtime.version().toString());
    header.put("device", driver.description());
    if (!interpreter) {
      int version = GpuProbe.look().driverVersion();
      header.put("driverCuda", version / 1000 + "." + version % 1000 / 10);
      header.put("cuBLAS", CublasLibrary.load().version() + ", " + CublasLibrary.load().file());
      properties(header);
    }
    return header;
  }

  /** What the device says of itself. */
  private void properties(Map<String, String> header) {
    cudaDeviceProp properties = new cudaDeviceProp();
    if (JCuda.cudaGetDeviceProperties(properties, gpu) == 0) {
      header.put("multiprocessors", properties.multiProcessorCount + "");
      header.put("clockMegahertz", properties.clockRate / 1000 + "");
      header.put("memoryBytes", properties.totalGlobalMem + "");
      header.put("memoryClockMegahertz", properties.memoryClockRate / 1000 + "");
      header.put("memoryBusBits", properties.memoryBusWidth + "");
      header.put("l2Bytes", properties.l2CacheSize + "");
    }
  }
}
