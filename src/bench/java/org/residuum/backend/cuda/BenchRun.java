package org.residuum.backend.cuda;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;

/** What the benchmarks of a process share: where, how much, until when, and who takes the rows. */
record BenchRun(
    BenchDevice device,
    BenchSizes sizes,
    DeviceLimits limits,
    Deadline deadline,
    Consumer<BenchRow> rows) {
  Stopwatch stopwatch() {
    return sizes.stopwatch();
  }

  /**
   * Measures, and adds the rows; or one that says why there are none: no time, no room, an error.
   */
  void measure(String group, String name, Object mode, Supplier<List<BenchRow>> measurement) {
    if (deadline.isOver()) {
      rows.accept(BenchRow.leftOut(group, name, mode.toString(), "no time was left"));
      return;
    }
    try {
      measurement.get().forEach(rows);
    } catch (OutOfDeviceMemoryException e) {
      rows.accept(BenchRow.leftOut(group, name, mode.toString(), firstLine(e)));
    } catch (RuntimeException e) {
      rows.accept(BenchRow.failed(group, name, mode.toString(), firstLine(e)));
      e.printStackTrace();
    }
  }

  private static String firstLine(RuntimeException e) {
    return e.toString().lines().findFirst().orElse("");
  }
}
