package org.residuum.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.initial.Initializer;

/** How long compiling for the CPU takes in a warm JVM, and how much memory the plans hold. */
public final class CompileBenchmark {
  private static final int UNCOUNTED = 4;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private CompileBenchmark() {}

  /** Prints a Markdown table; the argument is the number of rounds that count. */
  public static void main(String[] args) {
    int rounds = Integer.parseInt(args[0]);
    CpuBackend backend = new CpuBackend();
    System.out.printf("%s; medians of %d, quartiles in brackets%n%n", backend.description(), rounds);
    System.out.println("| network | batch | seconds | processor seconds | MB |");
    System.out.println("|---|---|---|---|---|");
    for (int depth : new int[] {18, 50}) {
      Network network = ResNets.imagenet(depth);
      Parameters weights = new Initializer(1).initialize(network);
      for (int batch = 1; batch <= 32; batch *= 2) {
        row(backend, network, weights, rounds, batch);
      }
      row(backend, network, weights, rounds, 1, 2, 4, 8, 16, 32);
    }
  }

  private static void row(
      CpuBackend backend, Network network, Parameters weights, int rounds, int... batches) {
    List<CompileOptions> options =
        Arrays.stream(batches).mapToObj(CompileOptions::batch).toList();
    double[] seconds = new double[rounds];
    double[] processor = new double[rounds];
    double megabytes = 0;
    for (int round = -UNCOUNTED; round < rounds; round++) {
      long bytes = Pointer.totalBytes();
      long cpu = SYSTEM.getProcessCpuTime();
      long start = System.nanoTime();
      List<Plan> plans = backend.compileAll(network, weights, options);
      if (round >= 0) {
        seconds[round] = (System.nanoTime() - start) / 1e9;
        processor[round] = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
      }
      megabytes = (Pointer.totalBytes() - bytes) / 1e6;
      plans.forEach(Plan::close);
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %s | %.0f |%n",
        network.name(),
        String.join(", ", IntStream.of(batches).mapToObj(String::valueOf).toList()),
        quartiles(seconds),
        quartiles(processor),
        megabytes);
  }

  private static String quartiles(double[] values) {
    Arrays.sort(values);
    int last = values.length - 1;
    return String.format(
        Locale.ROOT,
        "%.2f (%.2f–%.2f)",
        values[last / 2],
        values[last / 4],
        values[last - last / 4]);
  }
}
