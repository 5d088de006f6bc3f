package org.residuum.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.residuum.Model;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;

/** Times a network on a device, examples there already. */
final class DeviceBench {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private final Backend backend;
  private final Model model;
  private final Limits limits;

  DeviceBench(Backend backend, Model model, Limits limits) {
    this.backend = backend;
    this.model = model;
    this.limits = limits;
  }

  /**
   * Compiles and times.
   *
   * @param seconds to go on for
   */
  BatchFigures run(int batch, double seconds) {
    long began = System.nanoTime();
    try (Plan plan =
        backend.compile(model.network(), model.parameters(), CompileOptions.batch(batch))) {
      double compiling = (System.nanoTime() - began) / 1e9;
      try (Session session = plan.session()) {
        RandomInputs.fill(session, plan);
        double[] times = Stopwatch.time(session::run, seconds);
        return new BatchFigures(
            batch,
            times.length,
            compiling,
            Quantiles.of(times),
            limits.seconds(plan.network(), batch),
            plan.arenaBytes(),
            resident());
      }
    }
  }

  /** Bytes of this process in memory; 0 where the system has no /proc. */
  private static long resident() {
    try {
      List<String> lines = Files.isReadable(STATUS) ? Files.readAllLines(STATUS) : List.of();
      return lines.stream()
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
