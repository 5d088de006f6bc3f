package org.residuum.backend.cuda;

import java.util.EnumMap;
import java.util.Map;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Gemm;

/**
 * What the device is seen to do at best, in the same process.
 *
 * @param copyBytes bytes a second that a copy within the device reads and writes, both counted
 * @param productFlops operations a second of a large square product of cuBLAS, by precision
 */
record DeviceLimits(double copyBytes, Map<Precision, Double> productFlops) {
  static DeviceLimits measure(BenchDevice device, BenchSizes sizes) {
    Map<Precision, Double> products = new EnumMap<>(Precision.class);
    for (Precision precision : device.modes()) {
      products.put(precision, product(device, sizes, precision));
    }
    return new DeviceLimits(copy(device, sizes), products);
  }

  private static double copy(BenchDevice device, BenchSizes sizes) {
    long bytes = sizes.arrayBytes();
    try (BenchDevice.Memory memory = device.allocate(2 * bytes)) {
      CudaStream stream = device.stream();
      double seconds =
          sizes
              .stopwatch()
              .time(
                  stream.copying(memory.address(), memory.address() + bytes, bytes),
                  stream::synchronize)
              .median();
      return 2 * bytes / seconds;
    }
  }

  private static double product(BenchDevice device, BenchSizes sizes, Precision precision) {
    int n = sizes.product();
    Gemm.Matrix matrix = Gemm.matrix(n, precision.storage(), 0);
    Gemm gemm = Gemm.of(precision, Gemm.size(n, n, n), matrix, matrix.transpose(), matrix);
    long bytes = 4L * n * n;
    try (BenchDevice.Memory memory = device.allocate(3 * bytes)) {
      long a = memory.address();
      CudaStream stream = device.stream();
      Runnable work = stream.multiply(gemm, a, a + bytes, a + 2 * bytes);
      double seconds = sizes.stopwatch().time(work, stream::synchronize).median();
      return Traffic.of(gemm).flops() / seconds;
    }
  }

  /** As if memory and arithmetic were busy side by side. */
  double leastSeconds(Traffic traffic, Precision precision) {
    return Math.max(traffic.bytes() / copyBytes, traffic.flops() / productFlops.get(precision));
  }
}
