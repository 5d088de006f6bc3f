package org.residuum.backend.cuda.profile;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints a profile: a line a launch, sums by kernel, totals. */
final class ProfileTable {
  private static final String LINE =
      "%-26s %-36s %4s %11s %7s %5s %5s %10s %11s %11s %6s %8s %6s %9s %9s %9s  %s%n";

  private final ProfileOptions options;
  private final PrintStream out;

  ProfileTable(ProfileOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  void print(List<ProfileRow> rows) {
    head();
    rows.forEach(this::row);
    sums(rows);
  }

  private void head() {
    Gpu gpu = options.gpu();
    out.printf(
        Locale.ROOT,
        "%s, batch %d, %s, %s, on %s (sm_%d). Computed from the kernels and data sheets, not"
            + " measured.%n",
        options.network(),
        options.batch(),
        options.precision(),
        options.training() ? "a training step" : "inference",
        gpu,
        gpu.architecture().number());
    out.printf(
        Locale.ROOT,
        "%s. Bytes are those of device memory, nothing cached from the step before. Sectors a"
            + " request: moved (asked for).%n%n",
        options.rows() == 0
            ? "All blocks were counted"
            : "Of launches with many blocks, " + options.rows() + " rows of three neighbours were counted and scaled");
    out.printf(
        LINE, "node", "launch", "n", "grid", "block", "regs", "occ", "MB", "load", "store", "used",
        "conflict", "instr", "us bytes", "us issue", "us", "bound");
  }

  private void row(ProfileRow row) {
    if (row.item() instanceof RecordedRun.Launched launch) {
      launch(row, launch);
    } else {
      String what =
          row.item() instanceof RecordedRun.Multiplied product
              ? "product " + product.gemm()
              : "copy or fill";
      String flops =
          row.item() instanceof RecordedRun.Multiplied
              ? micros(row.count() * row.bound().of(Bound.Limit.PRODUCT))
              : "";
      out.printf(
          LINE, row.item().node(), what, row.count(), "", "", "", "", megabytes(row.bytes()), "",
          "", "", "", "", micros(row.count() * row.bound().of(Bound.Limit.BYTES)), flops,
          micros(row.seconds()), binding(row));
    }
  }

  private void launch(ProfileRow row, RecordedRun.Launched launch) {
    LaunchProfile p = row.profile();
    double requested = p.sum(ArrayProfile::requestedBytes);
    double elements =
        p.arrays().stream().mapToDouble(ArrayProfile::memoryBytes).max().orElse(1)
            / launch.storage().bytes();
    out.printf(
        LINE,
        launch.node(),
        launch.kernel().entry(launch.storage()),
        row.count(),
        launch.shape().gridX() + "x" + launch.shape().gridY(),
        launch.shape().blockX() + "x" + launch.shape().blockY(),
        row.residency().registers(),
        percent(row.residency().occupancy()),
        megabytes(row.bytes()),
        sectors(p.read()),
        sectors(p.written()),
        percent(requested / p.sum(ArrayProfile::movedBytes)),
        p.sharedLeast() == 0 ? "" : number(p.sharedPasses() / p.sharedLeast() - 1),
        number(p.laneInstructions() / elements),
        micros(row.count() * row.bound().of(Bound.Limit.BYTES)),
        micros(row.count() * row.bound().of(Bound.Limit.ISSUE)),
        micros(row.seconds()),
        binding(row));
    if (options.arrays()) {
      p.arrays().forEach(this::array);
    }
  }

  private void array(ArrayProfile array) {
    out.printf(Locale.ROOT, "    %-22s", array.name());
    direction("read", array.read());
    direction("written", array.written());
    out.println();
  }

  private void direction(String what, ArrayProfile.Direction direction) {
    if (direction.requests() > 0) {
      out.printf(
          Locale.ROOT,
          "  %s: %s MB asked for, %s moved, %s distinct, %.1f bytes a lane, %s sectors a request",
          what,
          megabytes(direction.bytes()),
          megabytes(direction.movedBytes()),
          megabytes(direction.distinctBytes()),
          direction.width(),
          sectors(direction));
    }
  }

  private void sums(List<ProfileRow> rows) {
    Map<String, double[]> sums = new LinkedHashMap<>();
    double[] all = new double[3];
    for (ProfileRow row : rows) {
      double[] sum = sums.computeIfAbsent(row.group(), g -> new double[3]);
      for (double[] s : List.of(sum, all)) {
        s[0] += row.count();
        s[1] += row.bytes();
        s[2] += row.seconds();
      }
    }
    out.printf("%n%-40s %9s %14s %14s %8s%n", "sum", "launches", "KB an image", "us a batch", "share");
    sums.entrySet().stream()
        .sorted(Comparator.comparingDouble(e -> -e.getValue()[2]))
        .forEach(e -> sum(e.getKey(), e.getValue(), all[2]));
    sum("all", all, all[2]);
    out.printf(
        Locale.ROOT,
        "%nAt most %,.0f examples a second by these bounds.%n",
        options.batch() / all[2]);
  }

  private void sum(String name, double[] sum, double all) {
    out.printf(
        Locale.ROOT,
        "%-40s %9.0f %14.1f %14.1f %8s%n",
        name,
        sum[0],
        sum[1] / options.batch() / 1e3,
        sum[2] * 1e6,
        percent(sum[2] / all));
  }

  private static String binding(ProfileRow row) {
    return row.bound().binding().name().toLowerCase(Locale.ROOT);
  }

  private static String sectors(ArrayProfile.Direction d) {
    return d.requests() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "%.2f (%.2f)",
            d.sectorsOfRequest(),
            d.bytes() / ArrayProfile.SECTOR / d.requests());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f%%", 100 * share);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%.3f", bytes / 1e6);
  }

  private static String micros(double seconds) {
    return String.format(Locale.ROOT, "%.2f", 1e6 * seconds);
  }
}
