package org.residuum.backend.cuda;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
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
  /** Where nothing is compared with them. */
  static final DeviceLimits UNKNOWN = new DeviceLimits(Double.NaN, Map.of());

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
                  device.clock(),
                  stream.copying(memory.address(), memory.address() + bytes, bytes))
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
      double seconds = sizes.stopwatch().time(device.clock(), work).median();
      return Traffic.of(gemm).flops() / seconds;
    }
  }

  /** What a report says of them, by name. */
  Map<String, String> header() {
    Map<String, String> header = new LinkedHashMap<>();
    if (!productFlops.isEmpty()) {
      header.put("copyGigabytesPerSecond", number(copyBytes / 1e9));
    }
    productFlops.forEach(
        (mode, rate) -> header.put("teraflopsPerSecond." + mode, number(rate / 1e12)));
    return header;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  /** As if memory and arithmetic were busy side by side. */
  double leastSeconds(Traffic traffic, Precision precision) {
    return Math.max(traffic.bytes() / copyBytes, traffic.flops() / productFlops.get(precision));
  }
}
