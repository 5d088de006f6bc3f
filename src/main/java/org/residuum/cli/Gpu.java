package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for an NVIDIA GPU's traces without loading its driver. */
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
  static String describe() {
    Optional<String> driver = kernelDriver();
    Optional<Path> library = library();
    if (driver.isEmpty() && library.isEmpty()) {
      return "none: no " + KERNEL_DRIVER + " (no NVIDIA kernel driver) and no " + LIBRARY;
    }
    if (driver.isEmpty()) {
      return "none: "
          + library.get()
          + " is there, but no "
          + KERNEL_DRIVER
          + " (no kernel driver)";
    }
    return driver.get()
        + library
            .map(path -> ", " + path)
            .orElse(", but no " + LIBRARY + "; install the driver's CUDA library");
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
