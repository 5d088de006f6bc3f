package org.residuum;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.library.CublasLibrary;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.text.NearestName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens devices by name. */
public final class Devices {
  /** The highest number of threads that {@link #open(String, Precision, int)} takes. */
  public static final int MOST_THREADS = CpuBackend.MOST_THREADS;

  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
  private static final List<String> NAMES = List.of("auto", "cpu", "reference", "cuda");
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  private Devices() {}

  /** One thread for each processor that this JVM, or its container, may use. */
  public static int usualThreads() {
    return CpuBackend.usualThreads();
  }

  /** The device of that name, which computes in fp32, with all threads where it is the CPU. */
  public static Device open(String name) {
    return open(name, Precision.FP32, usualThreads());
  }

  /**
   * Loads the CPU's library, which takes 0.2 s at first: on another thread it can be done before a
   * device is opened. Where that fails, opening the CPU says why.
   */
  public static void preload() {
    try {
      CpuBackend.load();
    } catch (BackendUnavailableException e) {
      LOG.debug("the CPU's library is not loaded ahead", e);
    }
  }

  /**
   * The device of that name: {@code cpu} (oneDNN), {@code reference} (plain Java, slow), {@code
   * cuda} or {@code cuda:N}; or {@code auto}, which is the first GPU where that computes in a
   * self-check what the reference does, else the CPU, and logs which it is and why.
   *
   * @param precision in which it computes: tf32 demands a GPU; bf16 a GPU, or for inference a CPU
   *     with instructions for it. {@code auto} keeps to it.
   * @param threads for computing on the CPU, 1 to {@link #MOST_THREADS}
   * @throws IllegalArgumentException where the name is unknown, or the device has not that
   *     precision
   * @throws BackendUnavailableException where the device is not there, with the reason
   */
  public static Device open(String name, Precision precision, int threads) {
    CpuBackend.requireThreads(threads);
    if (name.equals("auto")) {
      Device chosen =
          automatic(CheckedGpu.open(GpuProbe.lookBriefly(), precision), precision, threads);
      LOG.info("device {}", chosen);
      return chosen;
    }
    TrainingBackend backend = named(name, precision, threads);
    return new Device(backend, backend.description());
  }

  private static TrainingBackend named(String name, Precision precision, int threads) {
    Matcher cuda = CUDA.matcher(name);
    if (cuda.matches()) {
      int ordinal = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
      return cuda(name, ordinal, precision);
    }
    if (name.startsWith("cuda:")) {
      throw new IllegalArgumentException(
          "device " + name + ": write cuda, or cuda: and the number of a GPU, such as cuda:0");
    }
    return switch (name) {
      case "cpu" -> cpu(precision, threads, "; use device cuda");
      case "reference" -> reference(precision);
      default ->
          throw new IllegalArgumentException(
              "device "
                  + name
                  + ": no such device"
                  + NearestName.didYouMean(name, NAMES)
                  + " (known: auto, cpu, reference, cuda, cuda:N)");
    };
  }

  private static TrainingBackend reference(Precision precision) {
    if (precision != Precision.FP32) {
      throw new IllegalArgumentException(
          "precision " + precision + ": the reference computes in fp32; use device cpu or cuda");
    }
    return new ReferenceBackend();
  }

  /**
   * The CPU.
   *
   * @param remedy where it has not that precision
   */
  private static TrainingBackend cpu(Precision precision, int threads, String remedy) {
    if (precision == Precision.TF32) {
      throw new IllegalArgumentException(
          "precision " + precision + ": the CPU computes in fp32 or bf16" + remedy);
    }
    try {
      return new CpuBackend(threads, precision);
    } catch (BackendUnavailableException e) {
      throw new BackendUnavailableException("device cpu: " + e.getMessage(), e);
    }
  }

  private static TrainingBackend cuda(String name, int ordinal, Precision precision) {
    GpuProbe probe = GpuProbe.look();
    Optional<String> refusal = Gpu.refusal(probe, ordinal);
    if (refusal.isEmpty()) {
      Gpu.tooOldFor(precision, probe.gpus().get(ordinal))
          .ifPresent(
              reason -> {
                throw new BackendUnavailableException("device " + name + ": " + reason, null);
              });
    }
    try {
      if (refusal.isEmpty()) {
        return CudaBackend.open(ordinal, precision);
      }
    } catch (BackendUnavailableException e) {
      refusal = Optional.of(e.getMessage().lines().findFirst().orElse("no cuBLAS"));
    }
    throw new BackendUnavailableException(
        "device " + name + ": " + refusal.get() + "; use device cpu", null);
  }

  /** The GPU if it was taken, else the CPU. */
  static Device automatic(CheckedGpu gpu, Precision precision, int threads) {
    if (gpu.backend().isPresent()) {
      return new Device(gpu.backend().get(), gpu.why());
    }
    if (precision != Precision.FP32) {
      TrainingBackend cpu = cpu(precision, threads, ", and auto chose it: " + gpu.why());
      return new Device(cpu, gpu.why());
    }
    try {
      return new Device(new CpuBackend(threads), gpu.why());
    } catch (BackendUnavailableException e) {
      return new Device(new ReferenceBackend(), e.getMessage() + "; slow");
    }
  }

  /**
   * What there is of GPUs, a text a topic: driver, GPU, cuBLAS, PTX modules, whether the first GPU
   * passes the self-check, and the device that {@code auto} takes.
   */
  public static Map<String, String> findings() {
    Map<String, String> findings = new LinkedHashMap<>();
    GpuProbe probe = GpuProbe.look();
    findings.put("driver", Gpu.driver(probe));
    findings.put("GPU", String.join(System.lineSeparator(), Gpu.describe(probe)));
    findings.put("cuBLAS", cublas());
    findings.put("PTX", String.join(", ", GpuProbe.ptxModules()));
    CheckedGpu checked = CheckedGpu.open(probe, Precision.FP32);
    findings.put("self-check", probe.gpus().isEmpty() ? "not run: there is no GPU" : checked.why());
    try (Device device = automatic(checked, Precision.FP32, usualThreads())) {
      findings.put("default", device.backend().name());
    }
    return findings;
  }

  private static String cublas() {
    try {
      CublasLibrary library = CublasLibrary.load();
      return library.version() + ", " + library.file();
    } catch (BackendUnavailableException e) {
      return e.getMessage();
    }
  }
}
