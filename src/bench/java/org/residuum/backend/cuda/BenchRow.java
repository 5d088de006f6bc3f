package org.residuum.backend.cuda;

import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.backend.Precision;
import org.residuum.bench.Sample;

/**
 * A line of the GPU benchmark. Group, name and precision are the same for PyTorch's measurement of
 * it.
 *
 * @param seconds for one launch, block, batch or training step; null where it failed
 * @param traffic the least that it moves and computes
 * @param figures what follows from these, by name
 * @param failure why it could not be measured; null where it could
 * @param leftOut why it was not tried, such as for want of time; null where it was
 */
record BenchRow(
    String group,
    String name,
    String precision,
    Sample seconds,
    Traffic traffic,
    Map<String, Double> figures,
    String failure,
    String leftOut) {
  static BenchRow of(String group, String name, String precision, Sample seconds, Traffic traffic) {
    return new BenchRow(group, name, precision, seconds, traffic, new LinkedHashMap<>(), null, null);
  }

  static BenchRow failed(String group, String name, String precision, String failure) {
    return new BenchRow(group, name, precision, null, Traffic.NONE, Map.of(), failure, null);
  }

  static BenchRow leftOut(String group, String name, String precision, String reason) {
    return new BenchRow(group, name, precision, null, Traffic.NONE, Map.of(), null, reason);
  }

  BenchRow with(String figure, double value) {
    figures.put(figure, value);
    return this;
  }

  /** The share of the device's limits: what it took at least, by the limits, over what it took. */
  BenchRow within(DeviceLimits limits, Precision bound) {
    return with("shareOfLimits", limits.leastSeconds(traffic, bound) / seconds.median());
  }
}
