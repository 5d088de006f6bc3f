package org.residuum.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a device runs a network at a batch size.
 *
 * @param compileSeconds of the first compilation at this size
 * @param times of whole runs, examples on the device
 * @param limitSeconds the least that the device's measured limits allow
 * @param arenaBytes of a session
 * @param residentBytes of the whole process afterwards, 0 where the system does not say
 */
record BatchFigures(
    int batch,
    int runs,
    double compileSeconds,
    Quantiles times,
    double limitSeconds,
    long arenaBytes,
    long residentBytes) {
  double perSecond() {
    return batch / times.p50();
  }

  /** Of the measured limits; above 1 where convolutions take fewer multiplications. */
  double shareOfLimit() {
    return limitSeconds / times.p50();
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("batch", batch);
    map.put("runs", runs);
    map.put("compile_seconds", compileSeconds);
    map.put("p50_seconds", times.p50());
    map.put("p95_seconds", times.p95());
    map.put("p99_seconds", times.p99());
    map.put("examples_per_second", perSecond());
    map.put("limit_seconds", limitSeconds);
    map.put("share_of_limit", shareOfLimit());
    map.put("arena_bytes", arenaBytes);
    map.put("resident_bytes", residentBytes);
    return map;
  }
}
