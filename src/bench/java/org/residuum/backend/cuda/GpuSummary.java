package org.residuum.backend.cuda;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Tables in Markdown of a folder of results, PyTorch's beside ours. */
final class GpuSummary {
  private static final String PEER = "pytorch.json";
  private static final String STAGES = "stages";

  /** Tables that {@code scripts/bench-launches} prints. */
  private static final String LAUNCH_COSTS = "launch-costs.log";

  /** The groups in the order in which they are shown, and their headings. */
  private static final Map<String, String> HEADINGS = headings();

  private final Map<String, List<BenchJson.Row>> groups = new LinkedHashMap<>();
  private final Map<String, String> header = new LinkedHashMap<>();
  private final StringBuilder text = new StringBuilder();
  private SummaryTables tables = new SummaryTables(List.of());
  private Map<String, String> peer = Map.of();
  private List<String> launchCosts = List.of();

  private GpuSummary() {}

  private static Map<String, String> headings() {
    Map<String, String> headings = new LinkedHashMap<>();
    headings.put(STAGES, "Stages");
    headings.put(JitBench.GROUP, "The driver's compiler");
    headings.put(GpuBenchmark.SELF_CHECK, "Self-check");
    headings.put(LaunchBench.GROUP, "Host time of a launch");
    headings.put(NetworkBench.INFERENCE, "Inference");
    headings.put(NetworkBench.TRAINING, "Training");
    headings.put(BlockBench.GROUP, "Dense residual blocks");
    headings.put(ProductBench.GROUP, "Products of cuBLAS");
    headings.put(StepBench.GROUP, "Kernels within a batch");
    headings.put(KernelBench.GROUP, "Kernels by themselves");
    return headings;
  }

  /** Of a folder; with the word {@code stages} behind it, with what became of the stages, too. */
  public static void main(String[] arguments) throws IOException {
    System.out.print(of(Path.of(arguments[0]), arguments.length > 1));
  }

  static String of(Path folder, boolean withStages) throws IOException {
    GpuSummary summary = new GpuSummary();
    if (isWritten(folder.resolve(PEER))) {
      BenchJson json = BenchJson.read(folder.resolve(PEER));
      summary.peer = json.header();
      summary.tables = new SummaryTables(json.rows());
    }
    if (isWritten(folder.resolve(LAUNCH_COSTS))) {
      summary.launchCosts = Files.readAllLines(folder.resolve(LAUNCH_COSTS));
    }
    for (Path file : ours(folder)) {
      BenchJson json = BenchJson.read(file);
      json.header().forEach(summary.header::putIfAbsent);
      json.rows()
          .forEach(
              row -> summary.groups.computeIfAbsent(row.group(), g -> new ArrayList<>()).add(row));
    }
    if (!withStages) {
      summary.groups.remove(STAGES);
    }
    summary.write();
    return summary.text.toString();
  }

  /** The shell's list of stages comes last: the others know more of the device. */
  private static Iterable<Path> ours(Path folder) throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    Path stages = folder.resolve(STAGES + ".json");
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : found) {
        if (!file.endsWith(PEER) && !file.equals(stages) && isWritten(file)) {
          files.add(file);
        }
      }
    }
    List<Path> all = new ArrayList<>(files);
    if (isWritten(stages)) {
      all.add(stages);
    }
    return all;
  }

  private static boolean isWritten(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format + "%n", values));
  }

  private void write() {
    line(
        "## %s, CUDA %s, commit %s",
        header.getOrDefault("device", "No device"),
        header.getOrDefault("driverCuda", "unknown"),
        header.getOrDefault("commit", "unknown"));
    line("");
    header.forEach(
        (name, value) -> {
          if (!List.of("system", "device", "driverCuda", "commit").contains(name)) {
            line("%s: %s  ", name, value);
          }
        });
    if (!peer.isEmpty()) {
      line("PyTorch: %s  ", peer);
    }
    HEADINGS.forEach(
        (group, heading) -> {
          if (groups.containsKey(group)) {
            line("");
            line("### %s", heading);
            line("");
            tables.table(group, groups.get(group)).forEach(row -> line("%s", row));
            if (group.equals(LaunchBench.GROUP)) {
              line("");
              launchCosts.forEach(row -> line("%s", row));
            }
          }
        });
  }
}
