package org.residuum;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.GpuDevice;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.text.Units;

/** Says in words what there is of NVIDIA's GPUs and their driver. */
final class Gpu {
  private static final Path KERNEL_DRIVER = Path.of("/proc/driver/nvidia/version");
  private static final String LIBRARY = "libcuda.so.1";
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib/aarch64-linux-gnu"),
          Path.of("/usr/lib64"),
          Path.of("/usr/lib"),
          Path.of("/usr/lib/wsl/lib"),
          Path.of("/usr/local/nvidia/lib64"),
          Path.of("/usr/local/cuda/compat"));

  private Gpu() {}

  /** One line: the driver that is there, or what was looked for and not found. */
  static String driver(GpuProbe probe) {
    Optional<String> driver = kernelDriver();
    Optional<Path> library = library();
    if (driver.isEmpty() && library.isEmpty() && probe.driverVersion() != 0) {
      return "there" + cuda(probe); // Windows, whose driver lies elsewhere.
    }
    if (driver.isEmpty() && library.isEmpty()) {
      return "none: no " + KERNEL_DRIVER + " (no NVIDIA kernel driver) and no " + LIBRARY;
    }
    if (driver.isEmpty()) {
      return library.get() + ", but no " + KERNEL_DRIVER + cuda(probe);
    }
    return driver.get()
        + library
            .map(path -> ", " + path)
            .orElse(", but no " + LIBRARY + "; install the driver's CUDA library")
        + cuda(probe);
  }

  private static String cuda(GpuProbe probe) {
    int version = probe.driverVersion();
    return version == 0
        ? ""
        : String.format(Locale.ROOT, ", for CUDA up to %d.%d", version / 1000, version % 1000 / 10);
  }

  /** Why there is no GPU to use: what is missing, then what CUDA answers. */
  private static String absence(GpuProbe probe) {
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    return (probe.driverVersion() == 0 ? driver(probe).replace("none: ", "") + "; " : "")
        + probe.absence()
        + (visible == null ? "" : "; CUDA_VISIBLE_DEVICES is \"" + visible + "\"");
  }

  /** A line a GPU: number, name, memory, architecture, the PTX modules that it would load. */
  static List<String> describe(GpuProbe probe) {
    return probe.gpus().isEmpty()
        ? List.of("none: " + probe.absence())
        : probe.gpus().stream().map(Gpu::describe).toList();
  }

  private static String describe(GpuDevice gpu) {
    List<String> modules = gpu.ptxModules();
    return "cuda:"
        + gpu.ordinal()
        + " "
        + gpu.name()
        + ", "
        + Units.bytes(gpu.memoryBytes())
        + ", sm_"
        + gpu.architecture()
        + (modules.isEmpty()
            ? ", too old for our kernels, which start at sm_75"
            : ", would load " + String.join(" and ", modules));
  }

  /**
   * Why the GPU of that number cannot be used, if so.
   *
   * @param ordinal CUDA's number
   */
  static Optional<String> refusal(GpuProbe probe, int ordinal) {
    if (probe.gpus().isEmpty()) {
      return Optional.of("no usable GPU: " + absence(probe));
    }
    if (ordinal >= probe.gpus().size()) {
      return Optional.of("no GPU of that number; there is " + String.join("; ", describe(probe)));
    }
    GpuDevice gpu = probe.gpus().get(ordinal);
    return gpu.ptxModules().isEmpty() ? Optional.of(describe(gpu)) : Optional.empty();
  }

  /** Why a GPU that runs fp32 does not run some other precision, if so. */
  static Optional<String> tooOldFor(Precision precision, GpuDevice gpu) {
    int needed = PtxModule.of(precision).minimumArchitecture();
    return gpu.architecture() >= needed
        ? Optional.empty()
        : Optional.of(
            String.format(
                "%s is sm_%d, %s needs sm_%d or newer; use precision fp32",
                gpu.name(), gpu.architecture(), precision, needed));
  }

  private static Optional<String> kernelDriver() {
    try {
      return Files.isReadable(KERNEL_DRIVER)
          ? Files.readAllLines(KERNEL_DRIVER).stream().findFirst()
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> library() {
    String searched = Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse("");
    Stream<Path> own = Stream.of(searched.split(":")).filter(s -> !s.isEmpty()).map(Path::of);
    return Stream.concat(own, FOLDERS.stream())
        .map(folder -> folder.resolve(LIBRARY))
        .filter(Files::exists)
        .findFirst();
  }
}
