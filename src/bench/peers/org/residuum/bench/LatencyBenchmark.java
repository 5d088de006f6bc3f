package org.residuum.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.network.initial.Initializer;
import org.residuum.network.Network;
import org.residuum.network.ResNets;

/** Latency and CPU time of runs as a service makes them, with random pauses between. */
final class LatencyBenchmark {
  private static final long WARM_UP_NANOS = 1_000_000_000L;

  private final Random random = new Random(1);
  private final double pauseMillis;

  private LatencyBenchmark(double pauseMillis) {
    this.pauseMillis = pauseMillis;
  }

  /** Arguments: network ({@code mlp} or the depth of a ResNet), batch, mean pause in ms, seconds. */
  public static void main(String[] args) {
    Network network =
        args[0].equals("mlp") ? ResNets.mlp(64, 10) : ResNets.cifar(Integer.parseInt(args[0]));
    CompileOptions options = CompileOptions.batch(Integer.parseInt(args[1]));
    try (CpuBackend cpu = new CpuBackend();
        Plan plan = cpu.compile(network, new Initializer(1).initialize(network), options);
        Session session = plan.session()) {
      LatencyBenchmark benchmark = new LatencyBenchmark(Double.parseDouble(args[2]));
      benchmark.run(session, WARM_UP_NANOS);
      benchmark.report(session, (long) (Double.parseDouble(args[3]) * 1e9));
    }
  }

  private void report(Session session, long nanos) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long before = system.getProcessCpuTime();
    List<Double> millis = run(session, nanos);
    double cpuMillis = (system.getProcessCpuTime() - before) / 1e6 / millis.size();
    Collections.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "p50 %8.3f  p95 %8.3f  p99 %8.3f ms, %7.1f runs/s, %7.3f ms of CPU time a run%n",
        at(millis, 0.5),
        at(millis, 0.95),
        at(millis, 0.99),
        millis.size() / (nanos / 1e9),
        cpuMillis);
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get((int) (sorted.size() * share));
  }

  private List<Double> run(Session session, long nanos) {
    List<Double> millis = new ArrayList<>();
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      session.run();
      millis.add((System.nanoTime() - start) / 1e6);
      if (pauseMillis > 0) {
        LockSupport.parkNanos((long) (random.nextDouble() * 2 * pauseMillis * 1e6));
      }
    }
    return millis;
  }
}
