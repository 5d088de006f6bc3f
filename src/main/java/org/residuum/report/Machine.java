package org.residuum.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.residuum.text.Units;

/** What can be seen of the machine without loading any native library. */
public final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Set<String> VECTOR_FEATURES =
      Set.of(
          "sse4_2",
          "avx",
          "avx2",
          "fma",
          "avx512f",
          "avx512bw",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "amx_tile",
          "asimd",
          "sve");

  private Machine() {}

  /** Findings by topic, in the order in which a person asks. */
  public static Map<String, String> look() {
    Map<String, String> findings = new LinkedHashMap<>();
    findings.put("residuum", version());
    findings.put("Java", java());
    findings.put("system", system());
    findings.put("CPU", cpu());
    findings.put("memory", memory());
    return findings;
  }

  /** Residuum's own, from the jar's manifest. */
  public static String version() {
    String version = Machine.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  static String java() {
    return Runtime.version()
        + ", "
        + System.getProperty("java.vm.name")
        + ", "
        + System.getProperty("java.vendor")
        + ", "
        + System.getProperty("java.home");
  }

  static String system() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + ", "
        + System.getProperty("os.arch");
  }

  static String cpu() {
    List<String> lines = cpuInfo();
    String name = field(lines, "model name").orElse(System.getProperty("os.arch"));
    String features =
        field(lines, "flags").or(() -> field(lines, "Features")).stream()
            .flatMap(flags -> Arrays.stream(flags.split(" ")))
            .filter(VECTOR_FEATURES::contains)
            .collect(Collectors.joining(" "));
    int cores = Runtime.getRuntime().availableProcessors();
    return name
        + ", "
        + cores
        + (cores == 1 ? " core" : " cores")
        + " for this process"
        + (features.isEmpty() ? "" : ", " + features);
  }

  static String memory() {
    String heap = "heap up to " + Units.bytes(Runtime.getRuntime().maxMemory());
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? Units.bytes(system.getTotalMemorySize())
            + ", "
            + Units.bytes(system.getFreeMemorySize())
            + " free, "
            + heap
        : heap;
  }

  private static List<String> cpuInfo() {
    try {
      return Files.isReadable(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<String> field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
