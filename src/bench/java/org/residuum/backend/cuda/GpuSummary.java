package org.residuum.backend.cuda;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Tables in Markdown of a folder of benchmark results, PyTorch's beside ours. */
final class GpuSummary {
  private static final String PEER = "pytorch.json";

  private final Map<String, Double> peers = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  private GpuSummary() {}

  public static void main(String[] arguments) throws IOException {
    System.out.print(of(Path.of(arguments[0])));
  }

  static String of(Path folder) throws IOException {
    GpuSummary summary = new GpuSummary();
    if (Files.exists(folder.resolve(PEER))) {
      summary.readPeer(BenchJson.read(folder.resolve(PEER)));
    }
    Map<String, String> header = new LinkedHashMap<>();
    Map<String, List<BenchJson.Row>> groups = new LinkedHashMap<>();
    for (Path file : ours(folder)) {
      BenchJson json = BenchJson.read(file);
      json.header().forEach(header::putIfAbsent);
      json.rows()
          .forEach(row -> groups.computeIfAbsent(row.group(), g -> new ArrayList<>()).add(row));
    }
    header.forEach((name, value) -> summary.line("%s: %s  ", name, value));
    groups.forEach(summary::table);
    return summary.text.toString();
  }

  private static Iterable<Path> ours(Path folder) throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*bench*.json")) {
      found.forEach(files::add);
    }
    return files;
  }

  /** The fastest of PyTorch's ways to do the same. */
  private void readPeer(BenchJson json) {
    line("PyTorch: %s  ", json.header());
    for (BenchJson.Row row : json.rows()) {
      if (row.has("medianSeconds")) {
        peers.merge(row.key(), row.number("medianSeconds"), Math::min);
      }
    }
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format + "%n", values));
  }

  private void table(String group, List<BenchJson.Row> rows) {
    line("");
    line("| %s | mode | time, µs | quartiles | MB | GFLOP | result | goal | × PyTorch |", group);
    line("| --- | --- | --: | --: | --: | --: | --- | --- | --: |");
    for (BenchJson.Row row : rows) {
      String name = row.fields().get("name");
      String mode = row.fields().get("mode");
      if (row.has("failure")) {
        line("| %s | %s | FAILED: %s | | | | | | |", name, mode, row.fields().get("failure"));
        continue;
      }
      line(
          "| %s | %s | %.4g | %.4g–%.4g | %.4g | %.4g | %s | %s | %s |",
          name,
          mode,
          1e6 * row.number("medianSeconds"),
          1e6 * row.number("lowerQuartileSeconds"),
          1e6 * row.number("upperQuartileSeconds"),
          row.number("bytes") / 1e6,
          row.number("flops") / 1e9,
          result(row),
          goal(row),
          ratio(row));
    }
  }

  private static String result(BenchJson.Row row) {
    List<String> parts = new ArrayList<>();
    add(parts, row, "gigabytesPerSecond", "%.4g GB/s", 1);
    add(parts, row, "shareOfCopy", "%.0f %% of copy", 100);
    add(parts, row, "imagesPerSecond", "%.4g img/s", 1);
    add(parts, row, "teraflopsPerSecond", "%.4g TFLOP/s", 1);
    add(parts, row, "timesBareProducts", "%.3f × bare products", 1);
    add(parts, row, "shareOfLimits", "%.0f %% of limits", 100);
    return String.join(", ", parts);
  }

  private static void add(
      List<String> parts, BenchJson.Row row, String field, String format, double unit) {
    if (row.has(field)) {
      parts.add(String.format(Locale.ROOT, format, unit * row.number(field)));
    }
  }

  private static String goal(BenchJson.Row row) {
    if (row.has("leastShareOfCopy")) {
      double least = row.number("leastShareOfCopy");
      String verdict = row.number("shareOfCopy") >= least ? "met" : "MISSED";
      return String.format(Locale.ROOT, "≥ %.0f %%: %s", 100 * least, verdict);
    }
    if (row.has("mostTimesBareProducts")) {
      double most = row.number("mostTimesBareProducts");
      String verdict = row.number("timesBareProducts") <= most ? "met" : "MISSED";
      return String.format(Locale.ROOT, "≤ %.2f: %s", most, verdict);
    }
    return "";
  }

  /** PyTorch's time over ours. */
  private String ratio(BenchJson.Row row) {
    Double peer = peers.get(row.key());
    return peer == null
        ? ""
        : String.format(Locale.ROOT, "%.3f", peer / row.number("medianSeconds"));
  }
}
