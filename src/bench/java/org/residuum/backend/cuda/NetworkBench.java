package org.residuum.backend.cuda;

import java.util.List;
import java.util.function.Consumer;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.bench.Sample;
import org.residuum.bench.Workload;
import org.residuum.plan.Gradients;

/**
 * Whole networks, in two lines each: what the device does, and what a caller sees, who waits for
 * the copies of input and output, too.
 */
final class NetworkBench {
  static final String INFERENCE = "inference";
  static final String TRAINING = "training";

  private static final String COPIES = " with copies";
  private static final UpdateRule RULE = new UpdateRule.Sgd(0.9, true, 5e-4, true);
  private static final double RATE = 1e-3;

  /** A precision's measurement of a workload. */
  @FunctionalInterface
  private interface Measurement {
    void run(Workload workload, Precision precision, Consumer<BenchRow> rows);
  }

  private final BenchDevice device;
  private final BenchSizes sizes;
  private final DeviceLimits limits;

  NetworkBench(BenchDevice device, BenchSizes sizes, DeviceLimits limits) {
    this.device = device;
    this.sizes = sizes;
    this.limits = limits;
  }

  void infer(Consumer<BenchRow> rows) {
    run(INFERENCE, sizes.inference(), this::infer, rows);
  }

  void train(Consumer<BenchRow> rows) {
    run(TRAINING, sizes.training(), this::train, rows);
  }

  private void run(
      String group,
      List<BenchSizes.Batched> networks,
      Measurement measurement,
      Consumer<BenchRow> rows) {
    for (BenchSizes.Batched network : networks) {
      Workload one = Workload.ofImages(network.network(), 1);
      for (int batch : network.batches()) {
        Workload workload = one.withBatch(batch);
        for (Precision precision : device.modes()) {
          try {
            measurement.run(workload, precision, rows);
          } catch (RuntimeException e) {
            rows.accept(BenchRow.failed(group, workload + "", precision.toString(), e.toString()));
          }
        }
      }
    }
  }

  private void infer(Workload workload, Precision precision, Consumer<BenchRow> rows) {
    DeviceTrace trace = new DeviceTrace();
    CudaBackend backend = new CudaBackend(trace.watch(device.driver()), precision);
    CompileOptions options = CompileOptions.batch(workload.batch());
    try (Plan plan = backend.compile(workload.network(), workload.parameters(), options);
        Session session = plan.session()) {
      workload.fill(session.input("x"), session.layout());
      measure(INFERENCE, workload, precision, trace, session::run, rows);
    }
  }

  private void train(Workload workload, Precision precision, Consumer<BenchRow> rows) {
    DeviceTrace trace = new DeviceTrace();
    CudaBackend backend = new CudaBackend(trace.watch(device.driver()), precision);
    try (TrainingSession session =
        backend.train(
            Gradients.of(workload.network(), 0),
            workload.parameters(),
            CompileOptions.batch(workload.batch()))) {
      workload.fill(session.input("x"), session.layout());
      session.input(Gradients.LABELS).put(0, workload.labels());
      Runnable step =
          () -> {
            session.run();
            session.update(RULE, RATE, 0);
          };
      measure(TRAINING, workload, precision, trace, step, rows);
    }
  }

  private void measure(
      String group,
      Workload workload,
      Precision precision,
      DeviceTrace trace,
      Runnable batch,
      Consumer<BenchRow> rows) {
    batch.run();
    trace.record(batch);
    List<DeviceTrace.Entry> steps = trace.entries(entry -> true);
    Traffic traffic = DeviceTrace.traffic(steps);
    Sample onDevice = sizes.stopwatch().time(DeviceTrace.replay(steps), trace::await);
    Sample seen = sizes.stopwatch().time(batch, () -> {});
    String name = workload.toString();
    rows.accept(row(group, name, precision, onDevice, traffic, workload).within(limits, precision));
    rows.accept(row(group, name + COPIES, precision, seen, traffic, workload));
  }

  private static BenchRow row(
      String group,
      String name,
      Precision precision,
      Sample seconds,
      Traffic traffic,
      Workload workload) {
    return BenchRow.of(group, name, precision.toString(), seconds, traffic)
        .with("imagesPerSecond", workload.batch() / seconds.median())
        .with("teraflopsPerSecond", traffic.flops() / seconds.median() / 1e12);
  }
}
