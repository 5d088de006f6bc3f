package org.residuum.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.backend.Backend;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.GpuProbe;
import org.residuum.backend.cuda.Mode;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.NearestName;

/** Chooses what {@code --device} names. */
final class Devices {
  private static final List<String> NAMES = List.of("auto", "cpu", "reference", "cuda");
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /** The CUDA backend has run on the PTX interpreter only, so nobody gets it unasked. */
  private static final String UNPROVEN =
      "a GPU is there; --device cuda uses it, which no test has done on a real one so far";

  private Devices() {}

  /**
   * The backend of that name; {@code auto} says what it chose and why.
   *
   * @param threads for computing on the CPU
   * @throws CommandFailure where the name is unknown, or the device is not there
   */
  static Backend open(String device, int threads, PrintWriter err) {
    Matcher cuda = CUDA.matcher(device);
    if (cuda.matches()) {
      return cuda(device, cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
    }
    if (device.startsWith("cuda:")) {
      throw CommandFailure.usage(
          "--device " + device + ": cuda: and the number of a GPU, such as cuda:0");
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

  private static Backend cuda(String device, int ordinal) {
    Optional<String> refusal = Gpu.refusal(GpuProbe.look(), ordinal);
    try {
      if (refusal.isEmpty()) {
        return CudaBackend.open(ordinal, Mode.FP32);
      }
    } catch (BackendUnavailableException e) {
      refusal = Optional.of(e.getMessage().lines().findFirst().orElse("no cuBLAS"));
    }
    throw CommandFailure.noGpu("--device " + device + ": " + refusal.get() + "; use --device cpu");
  }

  private static Backend automatic(PrintWriter err) {
    Backend chosen;
    GpuProbe probe = GpuProbe.look();
    String why = Gpu.refusal(probe, 0).orElse(UNPROVEN);
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
