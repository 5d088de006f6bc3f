package org.residuum.backend.cuda;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Comparator;
import java.util.List;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaGraph;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.ArgumentType;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.bench.Sample;
import org.residuum.network.ElementType;

/**
 * What a launch costs the host, by the number of its arguments, and what a product does: the time
 * until the call returns, and the thread's CPU time. The device has next to nothing to do.
 */
final class LaunchBench {
  static final String GROUP = "launches";

  private static final int[] ARGUMENTS = {5, 12, 20};
  private static final long ROOM = 1 << 20;
  private static final int SIDE = 16;
  private static final int NODES = 20;

  private final BenchRun run;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  LaunchBench(BenchRun run) {
    this.run = run;
  }

  void run() {
    for (int count : ARGUMENTS) {
      Kernel kernel = withArguments(count);
      int given = kernel.parameters().size();
      String name = "launch of " + given + " arguments, " + kernel.entry(ElementType.F32);
      run.measure(GROUP, name, Precision.FP32, () -> List.of(launch(name, kernel)));
    }
    String name = "graph of " + NODES + " launches";
    run.measure(GROUP, name, Precision.FP32, () -> List.of(graph(name)));
    for (Precision precision : run.device().modes()) {
      run.measure(GROUP, "product", precision, () -> List.of(product(precision)));
    }
  }

  /** A kernel over fp32 whose number of arguments is next to that. */
  static Kernel withArguments(int count) {
    return KernelTable.all().stream()
        .filter(kernel -> kernel.storages().contains(ElementType.F32))
        .min(Comparator.comparingInt(kernel -> Math.abs(kernel.parameters().size() - count)))
        .orElseThrow();
  }

  private BenchRow launch(String name, Kernel kernel) {
    try (BenchDevice.Memory memory = run.device().allocate(ROOM)) {
      return timed(name, Precision.FP32, prepared(kernel, memory.address()));
    }
  }

  private BenchRow graph(String name) {
    Kernel kernel = withArguments(ARGUMENTS[0]);
    try (BenchDevice.Memory memory = run.device().allocate(ROOM)) {
      Runnable launch = prepared(kernel, memory.address());
      try (CudaGraph graph =
          run.device()
              .stream()
              .capture(
                  () -> {
                    for (int i = 0; i < NODES; i++) {
                      launch.run();
                    }
                  })) {
        BenchRow row = timed(name, Precision.FP32, graph::launch);
        return row.with("microsecondsANode", 1e6 * row.seconds().median() / NODES);
      }
    }
  }

  private Runnable prepared(Kernel kernel, long address) {
    Object[] arguments = kernel.parameters().stream().map(a -> argument(a, address)).toArray();
    return run.device()
        .stream()
        .launch(kernel, ElementType.F32, new LaunchShape(1, 1, 256, 1), arguments);
  }

  /** Sizes of 1: a thread or a few find something to do. */
  private static Object argument(Argument argument, long address) {
    return switch (argument.type()) {
      case POINTER -> address;
      case INT64 -> 1L;
      case INT32 -> 1;
      case FLOAT32 -> 1f;
    };
  }

  private BenchRow product(Precision precision) {
    Gemm.Matrix matrix = Gemm.matrix(SIDE, precision.storage(), 0);
    Gemm gemm = Gemm.of(precision, Gemm.size(SIDE, SIDE, SIDE), matrix, matrix, matrix);
    try (BenchDevice.Memory memory = run.device().allocate(ROOM)) {
      long a = memory.address();
      long each = 4L * SIDE * SIDE;
      Runnable product = run.device().stream().multiply(gemm, a, a + each, a + 2 * each);
      return timed("product", precision, product);
    }
  }

  /** Fewer calls at a time than a stream queues before it makes the host wait. */
  private BenchRow timed(String name, Precision mode, Runnable call) {
    int rounds = run.stopwatch().rounds();
    double[] seconds = new double[rounds];
    double[] busy = new double[rounds];
    for (int round = -2; round < rounds; round++) {
      long cpu = threads.getCurrentThreadCpuTime();
      double spent = Stopwatch.onHost(call, run.sizes().launches());
      cpu = threads.getCurrentThreadCpuTime() - cpu;
      run.device().stream().synchronize();
      if (round >= 0) {
        seconds[round] = spent / run.sizes().launches();
        busy[round] = cpu / 1e9 / run.sizes().launches();
      }
    }
    return BenchRow.of(GROUP, name, mode.toString(), new Sample(seconds), Traffic.NONE)
        .with("cpuMicroseconds", 1e6 * new Sample(busy).median());
  }
}
