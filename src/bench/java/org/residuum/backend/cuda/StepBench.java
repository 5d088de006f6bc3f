package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaEvent;
import org.residuum.bench.Sample;
import org.residuum.bench.Workload;

/**
 * Each kernel where it stands in a batch of a network: an event before and behind each step, so
 * that caches hold what they hold then. A row is one kernel's launches of a batch together.
 */
final class StepBench {
  static final String GROUP = "steps";
  private static final String PRODUCTS = "products of cuBLAS";

  private final BenchRun run;

  StepBench(BenchRun run) {
    this.run = run;
  }

  void run() {
    BenchSizes.Batched profiled = run.sizes().profiled();
    int batch = profiled.batches().get(0);
    Workload workload = Workload.ofImages(profiled.network(), batch);
    for (boolean trains : new boolean[] {false, true}) {
      for (Precision precision : run.device().modes()) {
        if (precision != Precision.TF32) {
          String name = (trains ? "training of " : "inference of ") + workload;
          run.measure(GROUP, name, precision, () -> rows(name, workload, precision, trains));
        }
      }
    }
  }

  private List<BenchRow> rows(
      String name, Workload workload, Precision precision, boolean trains) {
    try (TracedNetwork network =
        trains
            ? TracedNetwork.trains(run.device(), workload, precision)
            : TracedNetwork.infers(run.device(), workload, precision)) {
      double[][] seconds = times(network);
      Map<String, List<Integer>> kernels = new LinkedHashMap<>();
      for (int i = 0; i < network.steps().size(); i++) {
        DeviceTrace.Entry step = network.steps().get(i);
        String kernel = step.gemm() == null ? step.name() : PRODUCTS;
        kernels.computeIfAbsent(kernel, k -> new ArrayList<>()).add(i);
      }
      double whole = together(seconds, all(network.steps().size())).median();
      List<BenchRow> rows = new ArrayList<>();
      kernels.forEach(
          (kernel, steps) -> {
            Sample time = together(seconds, steps);
            List<DeviceTrace.Entry> its = steps.stream().map(network.steps()::get).toList();
            rows.add(
                row(name + ": " + kernel, precision, time, DeviceTrace.traffic(its))
                    .with("launches", its.size())
                    .with("shareOfBatch", time.median() / whole));
          });
      rows.sort((a, b) -> Double.compare(b.seconds().median(), a.seconds().median()));
      return rows;
    }
  }

  private BenchRow row(String name, Precision precision, Sample seconds, Traffic traffic) {
    BenchRow row = BenchRow.of(GROUP, name, precision.toString(), seconds, traffic);
    if (traffic.flops() > 0) {
      return row.with("teraflopsPerSecond", traffic.flops() / seconds.median() / 1e12)
          .within(run.limits(), precision);
    }
    double rate = traffic.bytes() / seconds.median();
    return row.with("gigabytesPerSecond", rate / 1e9)
        .with("shareOfCopy", rate / run.limits().copyBytes());
  }

  private static List<Integer> all(int count) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(i);
    }
    return all;
  }

  /** The sum over some steps, a value a round. */
  private static Sample together(double[][] seconds, List<Integer> steps) {
    double[] sums = new double[seconds.length];
    for (int round = 0; round < seconds.length; round++) {
      for (int step : steps) {
        sums[round] += seconds[round][step];
      }
    }
    return new Sample(sums);
  }

  /** Seconds by round and step, after two batches that do not count. */
  private double[][] times(TracedNetwork network) {
    List<DeviceTrace.Entry> steps = network.steps();
    List<CudaEvent> events = new ArrayList<>();
    try {
      for (int i = 0; i <= steps.size(); i++) {
        events.add(run.device().driver().createTimer());
      }
      double[][] seconds = new double[run.stopwatch().rounds()][steps.size()];
      for (int round = -2; round < seconds.length; round++) {
        network.trace().stream().record(events.get(0));
        for (int i = 0; i < steps.size(); i++) {
          steps.get(i).work().run();
          network.trace().stream().record(events.get(i + 1));
        }
        events.get(steps.size()).synchronize();
        for (int i = 0; i < steps.size() && round >= 0; i++) {
          seconds[round][i] = events.get(i + 1).secondsSince(events.get(i));
        }
      }
      return seconds;
    } finally {
      events.forEach(CudaEvent::close);
    }
  }
}
