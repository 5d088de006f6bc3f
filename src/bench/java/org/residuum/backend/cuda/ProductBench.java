package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.bench.Sample;
import org.residuum.bench.Workload;
import org.residuum.network.ElementType;

/**
 * Each product of the profiled network's inference and of the trained network's step by itself, and
 * the products of windows over three channels with rows of odd and of padded length.
 */
final class ProductBench {
  static final String GROUP = "products";

  /** 7 × 7 and 3 × 3 pixels of three channels, and the next multiples of 8. */
  private static final int[][] ROWS = {{147, 152, 64}, {27, 32, 16}};

  private final BenchRun run;

  ProductBench(BenchRun run) {
    this.run = run;
  }

  void run() {
    BenchSizes.Batched infers = run.sizes().profiled();
    BenchSizes.Batched trains = run.sizes().training().get(0);
    Workload inference = Workload.ofImages(infers.network(), infers.batches().get(0));
    Workload training = Workload.ofImages(trains.network(), trains.batches().get(0));
    for (Precision precision : run.device().modes()) {
      paddings(precision);
      network("inference of " + inference, precision, false, inference);
      network("training of " + training, precision, true, training);
    }
  }

  /** A product a row, by the time that a batch spends in it. */
  private void network(String name, Precision precision, boolean trains, Workload workload) {
    run.measure(
        GROUP,
        name,
        precision,
        () -> {
          List<BenchRow> rows = new ArrayList<>();
          counts(precision, trains, workload)
              .forEach((gemm, count) -> rows.addAll(measured(name, gemm, count)));
          rows.sort((a, b) -> Double.compare(b.figures().get("secondsABatch"), a.figures().get("secondsABatch")));
          return rows;
        });
  }

  /** Each product of a batch and how often it is made. */
  private Map<Gemm, Integer> counts(Precision precision, boolean trains, Workload workload) {
    Map<Gemm, Integer> counts = new LinkedHashMap<>();
    try (TracedNetwork network =
        trains
            ? TracedNetwork.trains(run.device(), workload, precision)
            : TracedNetwork.infers(run.device(), workload, precision)) {
      for (DeviceTrace.Entry step : network.steps()) {
        if (step.gemm() != null) {
          counts.merge(step.gemm(), 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  private List<BenchRow> measured(String name, Gemm gemm, int count) {
    if (run.deadline().isOver()) {
      return List.of();
    }
    BenchRow row = time(name + ": " + text(gemm), gemm);
    return List.of(
        row.with("timesABatch", count)
            .with("secondsABatch", count * row.seconds().median()));
  }

  private BenchRow time(String name, Gemm gemm) {
    BenchDevice device = run.device();
    long a = align(bytes(gemm.a(), gemm, gemm.size().m(), gemm.size().k()));
    long b = align(bytes(gemm.b(), gemm, gemm.size().k(), gemm.size().n()));
    long c = align(bytes(gemm.c(), gemm, gemm.size().m(), gemm.size().n()));
    try (BenchDevice.Memory memory = device.allocate(a + b + c)) {
      long address = memory.address();
      Runnable product = device.stream().multiply(gemm, address, address + a, address + a + b);
      Sample seconds = run.stopwatch().time(device.clock(), product);
      Traffic traffic = Traffic.of(gemm);
      Precision precision = gemm.precision();
      double rate = traffic.flops() / seconds.median();
      return BenchRow.of(GROUP, name, precision.toString(), seconds, traffic)
          .with("teraflopsPerSecond", rate / 1e12)
          .with("shareOfPeak", rate / run.limits().productFlops().get(precision))
          .within(run.limits(), precision);
    }
  }

  /** From the first to the last element of all matrices of an operand. */
  private static long bytes(Gemm.Matrix matrix, Gemm gemm, int rows, int columns) {
    long stored = matrix.transposed() ? columns : rows;
    long last = (gemm.count() - 1) * matrix.stride() + stored * matrix.rowStride();
    return last * matrix.storage().bytes();
  }

  private static long align(long bytes) {
    return (bytes + 255) / 256 * 256;
  }

  /** Sizes, which operands are transposed, and the lengths of stored rows. */
  private static String text(Gemm gemm) {
    return gemm.toString().replace(" " + gemm.precision(), "")
        + (gemm.a().transposed() ? ", Aᵀ" : "")
        + (gemm.b().transposed() ? ", Bᵀ" : "")
        + ", rows of "
        + gemm.a().rowStride()
        + ", "
        + gemm.b().rowStride()
        + ", "
        + gemm.c().rowStride()
        + (gemm.beta() == 1 ? ", added" : "");
  }

  private void paddings(Precision precision) {
    ElementType storage = precision.storage();
    for (int[] sizes : ROWS) {
      for (int k : new int[] {sizes[0], sizes[1]}) {
        int n = sizes[2];
        int m = (int) Math.min(100_352, run.sizes().arrayBytes() / 4 / k);
        Gemm.Matrix columns = Gemm.matrix(k, storage, 0);
        Gemm.Matrix narrow = Gemm.matrix(n, storage, 0);
        Gemm forward = Gemm.of(precision, Gemm.size(m, n, k), columns, narrow, narrow);
        Gemm gradient =
            Gemm.of(
                precision,
                Gemm.size(k, n, m),
                columns.transpose(),
                narrow,
                Gemm.matrix(n, ElementType.F32, 0));
        for (Gemm gemm : List.of(forward, gradient)) {
          String name = "window of " + sizes[0] + (k == sizes[0] ? "" : ", padded") + ": " + text(gemm);
          run.measure(GROUP, name, precision, () -> List.of(time(name, gemm)));
        }
      }
    }
  }
}
