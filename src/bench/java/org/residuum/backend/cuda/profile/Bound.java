package org.residuum.backend.cuda.profile;

import java.util.EnumMap;
import java.util.Map;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.ptx.count.Pipe;

/**
 * Times below which a launch cannot come, by what limits it; all in seconds. The largest binds.
 * Launches are taken one by one: nothing overlaps, and gaps between them cost nothing.
 */
record Bound(Map<Limit, Double> seconds) {
  /** What takes time. */
  enum Limit {
    /** Bytes of device memory, each sector once a launch. */
    BYTES,
    /** The schedulers of the multiprocessor with the most blocks. */
    ISSUE,
    INTEGER,
    FLOAT,
    SPECIAL,
    /** Requests to memory, shared memory and shuffles. */
    REQUESTS,
    /** Loads and results that warps wait for, blocks one after another on a multiprocessor. */
    LATENCY,
    /** Multiplications of a product. */
    PRODUCT
  }

  /**
   * Of a launch.
   *
   * @param resident blocks that a multiprocessor holds at a time
   */
  static Bound of(LaunchProfile profile, int resident, Gpu gpu) {
    Architecture sm = gpu.architecture();
    double busiest = Math.ceil(profile.blocks() / gpu.multiprocessors());
    double cycle = busiest / profile.blocks() / gpu.clock();
    Map<Limit, Double> seconds = new EnumMap<>(Limit.class);
    seconds.put(Limit.BYTES, profile.memoryBytes() / gpu.bytesPerSecond());
    seconds.put(Limit.ISSUE, cycle * profile.slots(Pipe.ISSUE) / sm.issueRate());
    seconds.put(Limit.INTEGER, cycle * profile.slots(Pipe.INTEGER) / sm.integerRate());
    seconds.put(Limit.FLOAT, cycle * profile.slots(Pipe.FLOAT32) / sm.floatRate());
    seconds.put(Limit.SPECIAL, cycle * profile.slots(Pipe.SPECIAL) / sm.specialRate());
    double passes = profile.sharedPasses() - profile.sharedLeast();
    seconds.put(
        Limit.REQUESTS, cycle * (profile.slots(Pipe.MEMORY) + passes) / sm.memoryRate());
    double turns = Math.ceil(busiest / Math.max(1, resident));
    seconds.put(Limit.LATENCY, turns * profile.cycles() / gpu.clock());
    return new Bound(seconds);
  }

  static Bound of(Gemm gemm, Gpu gpu) {
    Map<Limit, Double> seconds = new EnumMap<>(Limit.class);
    seconds.put(Limit.BYTES, bytes(gemm) / gpu.bytesPerSecond());
    seconds.put(Limit.PRODUCT, flops(gemm) / gpu.flops(gemm.precision()));
    return new Bound(seconds);
  }

  static Bound of(RecordedRun.Copied copy, Gpu gpu) {
    return new Bound(Map.of(Limit.BYTES, bytes(copy) / gpu.bytesPerSecond()));
  }

  /** Operands once, the result once, and once more where it is added to. */
  static double bytes(Gemm gemm) {
    double m = gemm.size().m();
    double n = gemm.size().n();
    double k = gemm.size().k();
    double operands = (m * k + k * n) * gemm.a().storage().bytes();
    return gemm.count() * (operands + m * n * gemm.c().storage().bytes() * (1 + gemm.beta()));
  }

  static double bytes(RecordedRun.Copied copy) {
    return (double) copy.bytes() * (copy.from() == 0 ? 1 : 2);
  }

  static double flops(Gemm gemm) {
    return 2.0 * gemm.count() * gemm.size().m() * gemm.size().n() * gemm.size().k();
  }

  Limit binding() {
    return seconds.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  double least() {
    return seconds.get(binding());
  }

  double of(Limit limit) {
    return seconds.getOrDefault(limit, 0.0);
  }
}
