package org.residuum.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;
import org.residuum.backend.Backend;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.NearestName;

/** Chooses what {@code --device} names. */
final class Devices {
  private static final List<String> NAMES = List.of("auto", "cpu", "reference", "cuda");
  private static final Pattern CUDA = Pattern.compile("cuda(:\\d{1,3})?");

  private Devices() {}

  /**
   * The backend of that name; {@code auto} says what it chose and why.
   *
   * @param threads for computing on the CPU
   * @throws CommandFailure where the name is unknown, or the device is not there
   */
  static Backend open(String device, int threads, PrintWriter err) {
    if (CUDA.matcher(device).matches()) {
      throw CommandFailure.noGpu(
          "--device " + device + ": no usable GPU (" + Gpu.describe() + "); use --device cpu");
    }
    return switch (device) {
      case "auto" -> automatic(err);
      case "cpu" -> cpu();
      case "reference" -> new ReferenceBackend();
      default ->
          throw CommandFailure.usage(
              "--device "
                  + device
                  + ": no such device"
                  + NearestName.didYouMean(device, NAMES)
                  + " (known: auto, cpu, reference, cuda, cuda:N)");
    };
  }

  private static Backend automatic(PrintWriter err) {
    Backend chosen;
    String why = "GPU " + Gpu.describe();
    try {
      chosen = new CpuBackend();
    } catch (BackendUnavailableException e) {
      chosen = new ReferenceBackend();
      why = e.getMessage() + "; slow";
    }
    err.println("device " + chosen.name() + " (" + why + ")");
    err.flush();
    return chosen;
  }

  private static Backend cpu() {
    try {
      return new CpuBackend();
    } catch (BackendUnavailableException e) {
      throw CommandFailure.failed("--device cpu: " + e.getMessage(), e);
    }
  }
}
