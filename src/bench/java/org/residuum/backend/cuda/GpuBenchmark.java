package org.residuum.backend.cuda;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.cases.KernelCases;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.JCudaDriver;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.lower.SelfCheck;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.bench.Sample;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What the stages of {@code scripts/gpu-bundle} run, by name: {@code probe} only says which GPU
 * there is, {@code all} is each group of benchmarks. Exit codes: 0 done, 1 a row
 * failed, 2 wrong usage, 3 no usable GPU.
 */
@Command(name = "gpu-benchmark", sortOptions = false)
final class GpuBenchmark implements Callable<Integer> {
  static final String SELF_CHECK = "self-check";

  private static final String PROBE = "probe";
  private static final String ALL = "all";

  /** Those that compare with the limits of the device. */
  private static final List<String> MEASURED =
      List.of(
          LaunchBench.GROUP,
          ProductBench.GROUP,
          StepBench.GROUP,
          KernelBench.GROUP,
          NetworkBench.INFERENCE,
          NetworkBench.TRAINING,
          BlockBench.GROUP);

  private static final List<String> GROUPS = groups();
  private static final int FAILED = 1;
  private static final int NO_GPU = 3;

  @Parameters(paramLabel = "GROUP", arity = "1..*")
  private List<String> groups = List.of();

  @Option(names = "--gpu", paramLabel = "N")
  private int gpu;

  @Option(names = "--quick", description = "Fewer repeats and batch sizes.")
  private boolean quick;

  @Option(names = "--tiny", description = "Each line once, to try whether it runs.")
  private boolean tiny;

  @Option(names = "--interpreter", description = "Tiny sizes on the PTX interpreter.")
  private boolean interpreter;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "${env:RESIDUUM_SECONDS}",
      description = "Until it is stopped; what does not fit is left out.")
  private Double seconds;

  @Option(names = "--out", paramLabel = "FILE", description = "JSON with all rows.")
  private Path out;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true)
  private boolean help;

  private GpuBenchmark() {}

  private static List<String> groups() {
    Set<String> groups = new LinkedHashSet<>(MEASURED);
    groups.addAll(List.of(PROBE, JitBench.GROUP, SELF_CHECK, ALL));
    return List.copyOf(groups);
  }

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
      return measure(driver) ? 0 : FAILED;
    } catch (BackendUnavailableException e) {
      System.out.println(e.getMessage());
      return NO_GPU;
    }
  }

  /** A tenth of the time, and 2 s at least, is for the start of the process and its end. */
  private Deadline deadline() {
    return seconds == null ? Deadline.NEVER : Deadline.in(seconds - Math.max(2, seconds / 10));
  }

  private boolean measure(CudaDriver driver) throws Exception {
    Deadline deadline = deadline();
    Map<String, String> header =
        BenchHeader.of(driver, interpreter ? Optional.empty() : Optional.of(gpu));
    header.forEach((name, value) -> System.out.println(name + ": " + value));
    BenchReport report = new BenchReport(header, out);
    report.begin();
    for (String group : groups) {
      switch (group) {
        case PROBE ->
            System.out.println(
                "kernel families: " + String.join(" ", KernelCases.families().keySet()));
        case JitBench.GROUP -> new JitBench(driver.architecture(), report::add).run(gpu);
        case SELF_CHECK -> selfCheck(driver, report);
        case ALL -> measure(driver, MEASURED, deadline, report);
        default -> measure(driver, List.of(group), deadline, report);
      }
    }
    return !report.anyFailed();
  }

  private void measure(
      CudaDriver driver, List<String> chosen, Deadline deadline, BenchReport report) {
    BenchSizes sizes =
        tiny || interpreter ? BenchSizes.tiny() : quick ? BenchSizes.quick() : BenchSizes.full();
    try (BenchDevice device = new BenchDevice(driver)) {
      DeviceLimits limits =
          chosen.equals(List.of(LaunchBench.GROUP))
              ? DeviceLimits.UNKNOWN
              : DeviceLimits.measure(device, sizes);
      report.head(limits);
      BenchRun run = new BenchRun(device, sizes, limits, deadline, report::add);
      chosen.forEach(group -> run(group, run));
    }
  }

  private static void run(String group, BenchRun run) {
    switch (group) {
      case LaunchBench.GROUP -> new LaunchBench(run).run();
      case ProductBench.GROUP -> new ProductBench(run).run();
      case StepBench.GROUP -> new StepBench(run).run();
      case KernelBench.GROUP -> new KernelBench(run).run();
      case BlockBench.GROUP -> new BlockBench(run).run();
      case NetworkBench.INFERENCE -> new NetworkBench(run).infer();
      default -> new NetworkBench(run).train();
    }
  }

  /** What {@code --device auto} asks of a GPU, in each mode. */
  private static void selfCheck(CudaDriver driver, BenchReport report) {
    for (Precision precision : Precision.values()) {
      if (driver.architecture() < PtxModule.of(precision).minimumArchitecture()) {
        continue;
      }
      long start = System.nanoTime();
      Optional<String> difference =
          SelfCheck.of(
              new CudaBackend(driver, precision),
              new ReferenceBackend(),
              precision.unitRoundoff());
      Sample time = new Sample(new double[] {(System.nanoTime() - start) / 1e9});
      report.add(
          difference.isPresent()
              ? BenchRow.failed(SELF_CHECK, SELF_CHECK, precision + "", difference.get())
              : BenchRow.of(SELF_CHECK, SELF_CHECK, precision + "", time, Traffic.NONE));
    }
  }
}
