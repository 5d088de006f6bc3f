package org.residuum.backend.cuda.driver;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.Comparator;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.KernelTable;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Prints what single calls cost, with Java arrays and as they are prepared here. */
final class CallTable implements AutoCloseable {
  private static final int[] ARGUMENTS = {5, 12, 20};
  private static final int SIDE = 16;
  private static final long ROOM = 1 << 20;
  private static final int COPY = 4096;

  private final JCudaDriver driver;
  private final PrintStream out;
  private final int calls;
  private final int rounds;
  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final ArrayCalls arrays;
  private final long memory;

  CallTable(JCudaDriver driver, PrintStream out, int calls, int rounds) {
    this.driver = driver;
    this.out = out;
    this.calls = calls;
    this.rounds = rounds;
    this.stream = driver.createStream();
    resources.add(stream::close);
    this.arrays = new ArrayCalls(driver);
    resources.add(arrays::close);
    this.memory = resources.allocate(driver, ROOM, "launches");
    stream.fill(memory, (byte) 0, ROOM);
  }

  void print() {
    out.println("| call | Java arrays, context set each time | prepared |");
    out.println("|---|---|---|");
    for (int count : ARGUMENTS) {
      launch(count);
    }
    long b = memory + 4L * SIDE * SIDE;
    long c = b + 4L * SIDE * SIDE;
    Gemm.Matrix matrix = Gemm.matrix(SIDE, ElementType.F32, 0);
    Gemm gemm = Gemm.of(Precision.FP32, Gemm.size(SIDE, SIDE, SIDE), matrix, matrix, matrix);
    row(
        "`cublasGemmEx`",
        arrays.multiply(SIDE, memory, b, c),
        stream.multiply(gemm, memory, b, c));
    ByteBuffer host = resources.allocateHost(driver, COPY, "copies");
    row(
        "copy of 4 KB to the device",
        () -> stream.copyToDevice(memory, host, COPY),
        stream.toDevice(memory, host, COPY));
    row(
        "copy of 4 KB to the host",
        () -> stream.copyToHost(host, memory, COPY),
        stream.toHost(host, memory, COPY));
    CudaEvent event = driver.createEvent();
    resources.add(event::close);
    row("event recorded", null, () -> stream.record(event));
    row("event waited for by a stream", null, () -> stream.waitFor(event));
    row("`cuCtxSetCurrent`, the context being current", null, driver::enter);
    graph(gemm, b, c, 100);
    graph(gemm, b, c, 1000);
  }

  private void launch(int count) {
    Kernel kernel =
        KernelTable.all().stream()
            .filter(one -> one.storages().contains(ElementType.F32))
            .min(Comparator.comparingInt(one -> Math.abs(one.parameters().size() - count)))
            .orElseThrow();
    Object[] arguments = kernel.parameters().stream().map(this::argument).toArray();
    row(
        "launch of " + arguments.length + " arguments (`" + kernel + "`)",
        arrays.launch(kernel, arguments),
        stream.launch(kernel, ElementType.F32, new LaunchShape(1, 1, 256, 1), arguments));
  }

  /** Sizes of 1: a thread or a few find something to do. */
  private Object argument(Argument argument) {
    return switch (argument.type()) {
      case POINTER -> memory;
      case INT64 -> 1L;
      case INT32 -> 1;
      case FLOAT32 -> 1f;
    };
  }

  private void graph(Gemm gemm, long b, long c, int nodes) {
    Runnable product = stream.multiply(gemm, memory, b, c);
    product.run();
    stream.synchronize();
    Runnable work =
        () -> {
          for (int i = 0; i < nodes; i++) {
            product.run();
          }
        };
    try (CudaGraph graph = stream.capture(work)) {
      int few = Math.max(1, calls / nodes);
      HostCost cost = HostCost.of(graph::launch, few, rounds, stream::synchronize);
      out.printf("| graph of %d products | | %s |%n", graph.nodes(), cost);
    }
  }

  private void row(String name, Runnable before, Runnable now) {
    String old =
        before == null ? "" : HostCost.of(before, calls, rounds, this::synchronize).toString();
    HostCost cost = HostCost.of(now, calls, rounds, this::synchronize);
    out.printf("| %s | %s | %s |%n", name, old, cost);
  }

  private void synchronize() {
    stream.synchronize();
    arrays.synchronize();
  }

  @Override
  public void close() {
    resources.close();
  }
}
