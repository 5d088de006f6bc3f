package org.residuum.cli.option;

import java.io.PrintWriter;
import java.util.Arrays;
import org.residuum.Device;
import org.residuum.Devices;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.OptionNames;
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
          "How products are computed: fp32; tf32 (operands of 11 bits) on a GPU; bf16 (of 8 bits,"
              + " activations too) on a GPU, or on a CPU with avx512_bf16 or amx (default: fp32).")
  private String precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads that compute, and at most as many that load (default: all).")
  private Integer threads;

  /**
   * Opens it; says which it is unless it is the CPU by its own name.
   *
   * @throws CommandFailure where the name is unknown, or the device is not there
   */
  public TrainingBackend open(PrintWriter err) {
    boolean cuda = device.startsWith("cuda");
    try {
      Device opened = Devices.open(device, precision(), threads());
      if (cuda) {
        err.println("device " + opened.backend().name() + ": " + opened.reason());
      } else if (device.equals("auto")) {
        err.println("device " + opened);
      }
      err.flush();
      return opened.backend();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(OptionNames.in(e.getMessage()));
    } catch (BackendUnavailableException e) {
      String message = OptionNames.in(e.getMessage());
      throw cuda ? CommandFailure.noGpu(message) : CommandFailure.failed(message, e);
    }
  }

  private Precision precision() {
    return Arrays.stream(Precision.values())
        .filter(known -> known.toString().equals(precision))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "--precision " + precision + ": no such precision (known: fp32, tf32, bf16)"));
  }

  /** Threads to compute with. */
  public int threads() {
    if (threads != null && (threads < 1 || threads > Devices.MOST_THREADS)) {
      throw CommandFailure.usage("--threads " + threads + ": it is 1 to " + Devices.MOST_THREADS);
    }
    return threads == null ? Devices.usualThreads() : threads;
  }

  /** Threads to load with; they have little to do. */
  public int loaderThreads() {
    return Math.max(1, Math.min(4, threads() / 2));
  }
}
