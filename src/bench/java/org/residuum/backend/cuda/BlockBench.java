package org.residuum.backend.cuda;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.bench.Sample;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;

/**
 * The dense residual block y = ReLU(W2·ReLU(W1·x + b1) + b2 + x) on the device, without the copies
 * and casts at its borders, beside two products of the same size and nothing else.
 */
final class BlockBench {
  static final String GROUP = "blocks";

  private static final Set<Kernel> BORDERS = Set.of(kernel("cast_from_f32"), kernel("cast_to_f32"));

  private final BenchRun run;
  private final BenchDevice device;
  private final BenchSizes sizes;

  BlockBench(BenchRun run) {
    this.run = run;
    this.device = run.device();
    this.sizes = run.sizes();
  }

  void run() {
    for (int width : sizes.widths()) {
      Network block = ResNets.mlp(width, 1);
      Parameters weights = weights(block);
      for (Precision precision : device.modes()) {
        String name = "width " + width + ", batch " + sizes.rows();
        run.measure(
            GROUP,
            name,
            precision,
            () -> List.of(measured(name, width, precision, block, weights)));
      }
    }
  }

  /** At most so many times two bare products: what the issue asks for. */
  private static double goal(int width) {
    return width >= 4096 ? 1.15 : 1.5;
  }

  private BenchRow measured(
      String name, int width, Precision precision, Network block, Parameters weights) {
    DeviceTrace trace = new DeviceTrace();
    CudaBackend backend = new CudaBackend(trace.watch(device.driver()), precision);
    long bytes = (long) width * Math.max(width, sizes.rows()) * 4;
    try (Plan plan = backend.compile(block, weights, CompileOptions.batch(sizes.rows()));
        Session session = plan.session();
        BenchDevice.Memory memory = device.allocate(3 * bytes)) {
      fill(session);
      trace.record(session::run);
      List<DeviceTrace.Entry> steps =
          trace.entries(e -> e.kernel() == null || !BORDERS.contains(e.kernel()));
      Gemm.Matrix matrix = Gemm.matrix(width, precision.storage(), 0);
      Gemm.Size size = Gemm.size(sizes.rows(), width, width);
      Gemm gemm = Gemm.of(precision, size, matrix, matrix.transpose(), matrix);
      long a = memory.address();
      Runnable product = device.stream().multiply(gemm, a, a + bytes, a + 2 * bytes);
      Runnable twice =
          () -> {
            product.run();
            product.run();
          };
      List<Sample> seconds = inTurn(trace, DeviceTrace.replay(steps), twice);
      Traffic traffic = DeviceTrace.traffic(steps);
      Sample block1 = seconds.get(0);
      return BenchRow.of(GROUP, name, precision.toString(), block1, traffic)
          .with("teraflopsPerSecond", traffic.flops() / block1.median() / 1e12)
          .with("bareSeconds", seconds.get(1).median())
          .with("timesBareProducts", block1.over(seconds.get(1)).median())
          .with("mostTimesBareProducts", goal(width))
          .within(run.limits(), precision);
    }
  }

  /** Block and products, each on the stream that it runs on. */
  private List<Sample> inTurn(DeviceTrace trace, Runnable block, Runnable products) {
    try (DeviceClock clock = new DeviceClock(device.driver(), trace.stream())) {
      return run.stopwatch()
          .inTurn(
              List.of(
                  new Stopwatch.Work(clock, block),
                  new Stopwatch.Work(device.clock(), products)));
    }
  }

  private static void fill(Session session) {
    SplittableRandom random = new SplittableRandom(20160316);
    for (int i = 0; i < session.input("x").limit(); i++) {
      session.input("x").put(i, (float) random.nextDouble(-1, 1));
    }
  }

  /** Uniform, of He's variance: cheaper than normal values for 33 million weights. */
  private static Parameters weights(Network network) {
    Parameters parameters = Parameters.allocate(network.parameters());
    SplittableRandom random = new SplittableRandom(20151210);
    for (ParameterSpec spec : network.parameters()) {
      float bound = (float) Math.sqrt(6.0 / spec.shape().extent(spec.shape().rank() - 1));
      for (int i = 0; i < spec.shape().elements(); i++) {
        float unit = (random.nextInt() >> 8) * 0x1p-23f;
        parameters.get(spec.name()).data().put(i, bound * unit);
      }
    }
    return parameters;
  }
}
