package org.residuum.cli;

import java.io.PrintWriter;
import org.residuum.backend.Backend;
import picocli.CommandLine.Option;

/** {@code --device} and {@code --threads}. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description =
          "auto, cpu (oneDNN), reference (plain Java, slow), cuda or cuda:N (default: auto).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads that compute, and at most as many that load (default: all).")
  private Integer threads;

  Backend open(PrintWriter err) {
    return Devices.open(device, threads(), err);
  }

  /** Threads to compute with. */
  int threads() {
    if (threads != null && threads < 1) {
      throw CommandFailure.usage("--threads " + threads + ": at least 1");
    }
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** Threads to load with; they have little to do. */
  int loaderThreads() {
    return Math.max(1, Math.min(4, threads() / 2));
  }
}
