package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.cuda.driver.CudaGraph;
import org.residuum.bench.Sample;
import org.residuum.bench.Workload;

/**
 * Whole networks: what the device does by its own clock, and what a caller sees who waits for the
 * copies of input and output, too, with floats and with the bytes of pictures.
 */
final class NetworkBench {
  static final String INFERENCE = "inference";
  static final String TRAINING = "training";

  private static final String COPIES = " with copies";
  private static final String BYTES = " with copies, from bytes";
  private static final String TURNS = " with copies, from bytes, two under way";
  private static final Feed PICTURES =
      Feed.bytes(255, new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});

  /** A precision's measurement of a workload. */
  @FunctionalInterface
  private interface Measurement {
    List<BenchRow> of(Workload workload, Precision precision);
  }

  private final BenchRun run;

  NetworkBench(BenchRun run) {
    this.run = run;
  }

  void infer() {
    each(INFERENCE, run.sizes().inference(), this::floats, this::bytes);
  }

  void train() {
    each(TRAINING, run.sizes().training(), this::train);
  }

  private void each(
      String group, List<BenchSizes.Batched> networks, Measurement... measurements) {
    for (BenchSizes.Batched network : networks) {
      Workload one = Workload.ofImages(network.network(), 1);
      for (int batch : network.batches()) {
        Workload workload = one.withBatch(batch);
        for (Precision precision : run.device().modes()) {
          for (Measurement measurement : measurements) {
            run.measure(
                group,
                workload.toString(),
                precision,
                () -> measurement.of(workload, precision));
          }
        }
      }
    }
  }

  private List<BenchRow> floats(Workload workload, Precision precision) {
    try (TracedNetwork network = TracedNetwork.infers(run.device(), workload, precision)) {
      return measured(INFERENCE, workload, precision, network);
    }
  }

  private List<BenchRow> train(Workload workload, Precision precision) {
    try (TracedNetwork network = TracedNetwork.trains(run.device(), workload, precision)) {
      return measured(TRAINING, workload, precision, network);
    }
  }

  private List<BenchRow> measured(
      String group, Workload workload, Precision precision, TracedNetwork network) {
    Traffic traffic = DeviceTrace.traffic(network.steps());
    String name = workload.toString();
    List<Sample> onDevice = onDevice(network);
    Sample seen = run.stopwatch().time(Stopwatch::onHost, network.batch());
    return List.of(
        row(group, name, precision, onDevice.get(0), traffic, workload)
            .with("launchedSeconds", onDevice.get(1).median())
            .with("steps", network.steps().size())
            .within(run.limits(), precision),
        row(group, name + COPIES, precision, seen, traffic, workload));
  }

  /** As a graph, and launched one by one. */
  private List<Sample> onDevice(TracedNetwork network) {
    Runnable launched = DeviceTrace.replay(network.steps());
    try (DeviceClock clock = network.clock();
        CudaGraph graph = network.graph()) {
      return run.stopwatch()
          .inTurn(
              List.of(
                  new Stopwatch.Work(clock, graph::launch), new Stopwatch.Work(clock, launched)));
    }
  }

  /** Pictures as bytes: one batch after the other, and two that take turns. */
  private List<BenchRow> bytes(Workload workload, Precision precision) {
    CudaBackend backend = new CudaBackend(run.device().driver(), precision);
    CompileOptions options = CompileOptions.batch(workload.batch()).feed("x", PICTURES);
    try (Plan plan = backend.compile(workload.network(), workload.parameters(), options);
        Session session = plan.session()) {
      List<Slot> slots = session.slots();
      slots.forEach(NetworkBench::randomPictures);
      Sample alone = run.stopwatch().time(Stopwatch::onHost, session::run);
      List<BenchRow> rows = new ArrayList<>();
      String name = workload.toString();
      rows.add(row(INFERENCE, name + BYTES, precision, alone, Traffic.NONE, workload));
      Sample turns = run.stopwatch().time(inTurns(slots), () -> {});
      rows.add(row(INFERENCE, name + TURNS, precision, turns, Traffic.NONE, workload));
      return rows;
    }
  }

  private static void randomPictures(Slot slot) {
    ByteBuffer pixels = slot.pictures("x").pixels();
    byte[] bytes = new byte[pixels.limit()];
    new SplittableRandom(1).nextBytes(bytes);
    pixels.put(0, bytes);
  }

  /** So many batches, each slot awaited before it starts again. */
  private static Stopwatch.Clock inTurns(List<Slot> slots) {
    return (ask, repeats) ->
        Stopwatch.onHost(
            () -> {
              for (int i = 0; i < repeats + slots.size(); i++) {
                if (i >= slots.size()) {
                  slots.get(i % slots.size()).await();
                }
                if (i < repeats) {
                  slots.get(i % slots.size()).start();
                }
              }
            },
            1);
  }

  private static BenchRow row(
      String group,
      String name,
      Precision precision,
      Sample seconds,
      Traffic traffic,
      Workload workload) {
    BenchRow row =
        BenchRow.of(group, name, precision.toString(), seconds, traffic)
            .with("imagesPerSecond", workload.batch() / seconds.median());
    return traffic.flops() == 0
        ? row
        : row.with("teraflopsPerSecond", traffic.flops() / seconds.median() / 1e12);
  }
}
