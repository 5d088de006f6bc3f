package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** A table for each group of rows, with the columns that mean something there. */
final class SummaryTables {
  /** So many products of a network and mode: those that a batch spends most time in. */
  private static final int MOST_PRODUCTS = 12;

  /** A column: what stands over it, and its text for a row; numbers end in a colon. */
  private record Column(String title, Function<BenchJson.Row, String> text) {
    static Column of(String title, String field) {
      return new Column(title, row -> row.fields().getOrDefault(field, ""));
    }

    static Column of(String title, String field, String format, double unit) {
      return new Column(
          title + ":",
          row ->
              row.has(field)
                  ? String.format(Locale.ROOT, format, unit * row.number(field))
                  : "");
    }
  }

  private static final Column NAME = Column.of("", "name");
  private static final Column MODE = Column.of("mode", "mode");
  private static final Column TIME = Column.of("time, µs", "medianSeconds", "%.4g", 1e6);
  private static final Column QUARTILES =
      new Column(
          "quartiles:",
          row ->
              String.format(
                  Locale.ROOT,
                  "%.4g–%.4g",
                  1e6 * row.number("lowerQuartileSeconds"),
                  1e6 * row.number("upperQuartileSeconds")));
  private static final Column MEGABYTES = Column.of("MB", "bytes", "%.4g", 1e-6);
  private static final Column BANDWIDTH = Column.of("GB/s", "gigabytesPerSecond", "%.4g", 1);
  private static final Column OF_COPY = Column.of("of copy", "shareOfCopy", "%.0f %%", 100);
  private static final Column TFLOPS = Column.of("TFLOP/s", "teraflopsPerSecond", "%.4g", 1);
  private static final Column OF_LIMITS = Column.of("of limits", "shareOfLimits", "%.0f %%", 100);
  private static final Column OF_PEAK = Column.of("of peak", "shareOfPeak", "%.0f %%", 100);

  private final Map<String, BenchJson.Row> peers = new HashMap<>();

  /** Beside the fastest of PyTorch's ways to do the same. */
  SummaryTables(List<BenchJson.Row> peerRows) {
    for (BenchJson.Row row : peerRows) {
      if (row.has("medianSeconds")) {
        peers.merge(
            row.key(),
            row,
            (a, b) -> a.number("medianSeconds") <= b.number("medianSeconds") ? a : b);
      }
    }
  }

  /** The lines of a table. */
  List<String> table(String group, List<BenchJson.Row> rows) {
    return switch (group) {
      case "stages" -> lines(stages(), rows);
      case JitBench.GROUP -> jit(rows);
      case GpuBenchmark.SELF_CHECK -> lines(List.of(MODE, TIME), rows);
      case LaunchBench.GROUP ->
          lines(
              List.of(
                  NAME, MODE, TIME, QUARTILES, Column.of("CPU, µs", "cpuMicroseconds", "%.3g", 1)),
              rows);
      case ProductBench.GROUP -> lines(products(), heaviest(rows));
      case StepBench.GROUP -> lines(steps(), rows);
      case KernelBench.GROUP ->
          lines(
              List.of(NAME, TIME, QUARTILES, MEGABYTES, BANDWIDTH, OF_COPY, goal()), rows);
      default -> lines(networks(), rows);
    };
  }

  private static List<Column> stages() {
    return List.of(
        Column.of("process", "name"),
        Column.of("s", "seconds", "%.1f", 1),
        Column.of("limit, s", "limit", "%.1f", 1),
        Column.of("", "verdict"),
        Column.of("", "detail"),
        Column.of("clock and power", "clocks"));
  }

  private static List<Column> products() {
    return List.of(
        NAME,
        MODE,
        TIME,
        QUARTILES,
        TFLOPS,
        OF_PEAK,
        OF_LIMITS,
        Column.of("a batch", "timesABatch", "%.0f ×", 1),
        Column.of("ms a batch", "secondsABatch", "%.3g", 1e3));
  }

  private static List<Column> steps() {
    return List.of(
        NAME,
        MODE,
        Column.of("launches", "launches", "%.0f", 1),
        TIME,
        Column.of("of batch", "shareOfBatch", "%.1f %%", 100),
        MEGABYTES,
        BANDWIDTH,
        OF_COPY,
        TFLOPS,
        OF_LIMITS);
  }

  private List<Column> networks() {
    return List.of(
        NAME,
        MODE,
        TIME,
        QUARTILES,
        Column.of("launched, µs", "launchedSeconds", "%.4g", 1e6),
        Column.of("img/s", "imagesPerSecond", "%.5g", 1),
        TFLOPS,
        OF_LIMITS,
        Column.of("× bare products", "timesBareProducts", "%.3f", 1),
        goal(),
        new Column("PyTorch, µs:", row -> peer(row, p -> micros(p) + " " + way(p))),
        new Column("× PyTorch:", this::ratio));
  }

  private static Column goal() {
    return new Column("goal", SummaryTables::goal);
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

  private String peer(BenchJson.Row row, Function<BenchJson.Row, String> text) {
    BenchJson.Row peer = peers.get(row.key());
    return peer == null ? "" : text.apply(peer);
  }

  private static String micros(BenchJson.Row row) {
    return String.format(Locale.ROOT, "%.4g", 1e6 * row.number("medianSeconds"));
  }

  private static String way(BenchJson.Row row) {
    return row.fields().getOrDefault("way", "");
  }

  /** PyTorch's time over ours. */
  private String ratio(BenchJson.Row row) {
    return peer(
        row,
        p ->
            String.format(
                Locale.ROOT, "%.3f", p.number("medianSeconds") / row.number("medianSeconds")));
  }

  /** The modules, and of the kernels those that spill, beside what all of them need at most. */
  private static List<String> jit(List<BenchJson.Row> rows) {
    List<BenchJson.Row> kernels = rows.stream().filter(row -> row.has("registers")).toList();
    List<BenchJson.Row> shown =
        rows.stream()
            .filter(
                row ->
                    row.has("compilerMilliseconds")
                        || row.has("failure")
                        || row.has("localBytes") && row.number("localBytes") > 0)
            .toList();
    List<String> lines =
        lines(
            List.of(
                NAME,
                Column.of("time, ms", "medianSeconds", "%.0f", 1e3),
                Column.of("compiler, ms", "compilerMilliseconds", "%.0f", 1),
                Column.of("registers", "registers", "%.0f", 1),
                Column.of("local memory, bytes", "localBytes", "%.0f", 1),
                Column.of("for sm", "binary", "%.0f", 1)),
            shown);
    kernels.stream()
        .max(Comparator.comparingDouble(row -> row.number("registers")))
        .ifPresent(
            most -> {
              lines.add("");
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "%d kernels; %d have local memory; at most %.0f registers (%s)",
                      kernels.size(),
                      kernels.stream().filter(row -> row.number("localBytes") > 0).count(),
                      most.number("registers"),
                      most.fields().get("name")));
            });
    return lines;
  }

  /** Of each network and mode the products that a batch spends most time in; rows come sorted. */
  private static List<BenchJson.Row> heaviest(List<BenchJson.Row> rows) {
    Map<String, Integer> seen = new LinkedHashMap<>();
    return rows.stream()
        .filter(
            row ->
                !row.has("timesABatch")
                    || seen.merge(
                            row.fields().get("name").replaceAll(":.*", "")
                                + row.fields().get("mode"),
                            1,
                            Integer::sum)
                        <= MOST_PRODUCTS)
        .toList();
  }

  /** Columns that are empty in all rows are not shown. */
  private static List<String> lines(List<Column> columns, List<BenchJson.Row> rows) {
    List<BenchJson.Row> measured =
        rows.stream().filter(row -> !row.has("failure") && !row.has("leftOut")).toList();
    List<Column> shown =
        columns.stream()
            .filter(
                column ->
                    column.equals(columns.get(0))
                        || measured.stream().anyMatch(row -> !column.text().apply(row).isEmpty()))
            .toList();
    StringBuilder titles = new StringBuilder("|");
    StringBuilder rule = new StringBuilder("|");
    for (Column column : shown) {
      boolean number = column.title().endsWith(":");
      titles.append(' ').append(column.title().replaceAll(":$", "")).append(" |");
      rule.append(number ? " --: |" : " --- |");
    }
    List<String> lines = new ArrayList<>(List.of(titles.toString(), rule.toString()));
    rows.forEach(row -> lines.add(line(shown, row)));
    return lines;
  }

  private static String line(List<Column> columns, BenchJson.Row row) {
    StringBuilder line = new StringBuilder("|");
    if (row.has("failure") || row.has("leftOut")) {
      String why =
          row.has("failure")
              ? "FAILED: " + row.fields().get("failure")
              : "left out: " + row.fields().get("leftOut");
      String mode = row.fields().getOrDefault("mode", "");
      line.append(String.format(" %s | %s | %s |", row.fields().get("name"), mode, why));
      return line + " |".repeat(Math.max(0, columns.size() - 3));
    }
    columns.forEach(column -> line.append(' ').append(column.text().apply(row)).append(" |"));
    return line.toString();
  }
}
