package org.residuum;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.cli.text.CommandFailure;
import org.residuum.text.NearestName;

/** Chooses what {@code --device} names. */
public final class Devices {
  private static final List<String> NAMES = List.of("auto", "cpu", "reference", "cuda");
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  private Devices() {}

  /**
   * The backend of that name; {@code auto} says what it chose and why.
   *
   * @param precision for computing on a GPU; anything but fp32 demands one
   * @param threads for computing on the CPU
   * @throws CommandFailure where the name is unknown, or the device is not there
   */
  public static TrainingBackend open(
      String device, Precision precision, int threads, PrintWriter err) {
    Matcher cuda = CUDA.matcher(device);
    if (cuda.matches()) {
      int ordinal = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
      return said(cuda(device, ordinal, precision), "", err);
    }
    if (device.startsWith("cuda:")) {
      throw CommandFailure.usage(
          "--device " + device + ": cuda: and the number of a GPU, such as cuda:0");
    }
    return switch (device) {
      case "auto" -> automatic(precision, threads, err);
      case "cpu" -> onlyFp32(cpu(threads), precision, "");
      case "reference" -> onlyFp32(new ReferenceBackend(), precision, "");
      default ->
          throw CommandFailure.usage(
              "--device "
                  + device
                  + ": no such device"
                  + NearestName.didYouMean(device, NAMES)
                  + " (known: auto, cpu, reference, cuda, cuda:N)");
    };
  }

  private static TrainingBackend onlyFp32(
      TrainingBackend backend, Precision precision, String why) {
    if (precision != Precision.FP32) {
      throw CommandFailure.usage(
          "--precision "
              + precision
              + ": the CPU runs fp32"
              + (why.isEmpty() ? "; use --device cuda" : ", and auto chose it: " + why));
    }
    return backend;
  }

  private static TrainingBackend said(TrainingBackend backend, String why, PrintWriter err) {
    String what = why.isEmpty() ? ": " + backend.description() : " (" + why + ")";
    err.println("device " + backend.name() + what);
    err.flush();
    return backend;
  }

  private static TrainingBackend cuda(String device, int ordinal, Precision precision) {
    GpuProbe probe = GpuProbe.look();
    Optional<String> refusal = Gpu.refusal(probe, ordinal);
    if (refusal.isEmpty()) {
      Gpu.tooOldFor(precision, probe.gpus().get(ordinal))
          .ifPresent(
              reason -> {
                throw CommandFailure.noGpu("--device " + device + ": " + reason);
              });
    }
    try {
      if (refusal.isEmpty()) {
        return CudaBackend.open(ordinal, precision);
      }
    } catch (BackendUnavailableException e) {
      refusal = Optional.of(e.getMessage().lines().findFirst().orElse("no cuBLAS"));
    }
    throw CommandFailure.noGpu("--device " + device + ": " + refusal.get() + "; use --device cpu");
  }

  private static TrainingBackend automatic(Precision precision, int threads, PrintWriter err) {
    return automatic(CheckedGpu.open(GpuProbe.look(), precision), precision, threads, err);
  }

  /** The GPU where it was taken, else the CPU. */
  static TrainingBackend automatic(
      CheckedGpu gpu, Precision precision, int threads, PrintWriter err) {
    if (gpu.backend().isPresent()) {
      return said(gpu.backend().get(), gpu.why(), err);
    }
    TrainingBackend chosen;
    String why = gpu.why();
    try {
      chosen = new CpuBackend(threads);
    } catch (BackendUnavailableException e) {
      chosen = new ReferenceBackend();
      why = e.getMessage() + "; slow";
    }
    return said(onlyFp32(chosen, precision, why), why, err);
  }

  private static TrainingBackend cpu(int threads) {
    try {
      return new CpuBackend(threads);
    } catch (BackendUnavailableException e) {
      throw CommandFailure.failed("--device cpu: " + e.getMessage(), e);
    }
  }
}
