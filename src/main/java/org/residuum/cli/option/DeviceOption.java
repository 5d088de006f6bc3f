package org.residuum.cli.option;

import java.io.PrintWriter;
import java.util.Arrays;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.cli.text.CommandFailure;
import picocli.CommandLine.Option;

/** {@code --device}, {@code --precision} and {@code --threads}. */
public final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description =
          "auto, cpu (oneDNN), reference (plain Java, slow), cuda or cuda:N (default: auto).")
  private String device;

  @Option(
      names = "--precision",
      paramLabel = "fp32|tf32|bf16",
      defaultValue = "fp32",
      description =
          "How a GPU multiplies: fp32, tf32 (operands of 11 bits) or bf16 (of 8 bits, activations"
              + " too); the CPU runs fp32 (default: fp32).")
  private String precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads that compute, and at most as many that load (default: all).")
  private Integer threads;

  public TrainingBackend open(PrintWriter err) {
    return Devices.open(device, precision(), threads(), err);
  }

  private Precision precision() {
    return Arrays.stream(Precision.values())
        .filter(value -> value.toString().equals(precision))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "--precision " + precision + ": no such precision (known: fp32, tf32, bf16)"));
  }

  /** Threads to compute with. */
  public int threads() {
    if (threads != null && (threads < 1 || threads > CpuBackend.MOST_THREADS)) {
      throw CommandFailure.usage(
          "--threads " + threads + ": it is 1 to " + CpuBackend.MOST_THREADS);
    }
    return threads == null ? CpuBackend.usualThreads() : threads;
  }

  /** Threads to load with; they have little to do. */
  public int loaderThreads() {
    return Math.max(1, Math.min(4, threads() / 2));
  }
}
