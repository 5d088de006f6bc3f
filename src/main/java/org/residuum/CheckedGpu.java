package org.residuum;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.lower.SelfCheck;
import org.residuum.backend.reference.ReferenceBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first GPU, taken only where it computes what the reference does.
 *
 * @param backend open, or empty where there is no GPU, no cuBLAS, or other results
 * @param why it was taken or not, in a line
 */
record CheckedGpu(Optional<CudaBackend> backend, String why) {
  private static final Logger LOG = LoggerFactory.getLogger(CheckedGpu.class);

  /** Looks for it, opens and checks it. */
  static CheckedGpu open(GpuProbe probe, Precision precision) {
    if (probe.gpus().isEmpty() && probe.driverVersion() == 0) {
      return new CheckedGpu(Optional.empty(), "no usable GPU: no NVIDIA driver, see doctor");
    }
    Optional<String> refusal =
        Gpu.refusal(probe, 0).or(() -> Gpu.tooOldFor(precision, probe.gpus().get(0)));
    return refusal
        .map(reason -> new CheckedGpu(Optional.empty(), reason))
        .orElseGet(() -> check(() -> CudaBackend.open(0, precision)));
  }

  /** Opens and checks; a GPU that is not taken is closed. */
  static CheckedGpu check(Supplier<CudaBackend> opening) {
    CudaBackend gpu;
    try {
      gpu = opening.get();
    } catch (BackendUnavailableException e) {
      return new CheckedGpu(Optional.empty(), firstLine(e.getMessage()));
    }
    long began = System.nanoTime();
    Optional<String> difference =
        SelfCheck.of(gpu, new ReferenceBackend(), gpu.precision().unitRoundoff());
    double seconds = (System.nanoTime() - began) / 1e9;
    if (difference.isEmpty()) {
      String passed = String.format(Locale.ROOT, "self-check passed in %.1f s", seconds);
      return new CheckedGpu(Optional.of(gpu), gpu.description() + ", " + passed);
    }
    String failed = gpu.description() + " failed its self-check: " + difference.get();
    close(gpu);
    return new CheckedGpu(Optional.empty(), failed);
  }

  /** A driver that failed may fail again. */
  private static void close(CudaBackend gpu) {
    try {
      gpu.close();
    } catch (RuntimeException e) {
      LOG.debug("closing a GPU that failed", e);
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
