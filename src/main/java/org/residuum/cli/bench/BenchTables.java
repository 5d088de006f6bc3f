package org.residuum.cli.bench;

import java.util.List;
import java.util.Locale;
import org.residuum.text.Units;

/** What was measured, as tables. */
final class BenchTables {
  private BenchTables() {}

  static String limits(Limits limits) {
    return text(
        "limits    %,.1f GFLOP/s in a large product, %,.1f GB/s in a large sum, both measured",
        limits.flops() / 1e9, limits.bytes() / 1e9);
  }

  static String devices(List<BatchFigures> rows) {
    StringBuilder table = new StringBuilder();
    table.append(
        text(
            "%6s %9s %9s %9s %11s %9s %10s %10s %9s",
            "batch",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "examples/s",
            "% limit",
            "arena",
            "resident",
            "compile s"));
    for (BatchFigures row : rows) {
      table.append(System.lineSeparator());
      table.append(
          text(
              "%6d %9.3f %9.3f %9.3f %,11.1f %9.0f %10s %10s %9.2f",
              row.batch(),
              1e3 * row.times().p50(),
              1e3 * row.times().p95(),
              1e3 * row.times().p99(),
              row.perSecond(),
              100 * row.shareOfLimit(),
              Units.bytes(row.arenaBytes()),
              row.residentBytes() == 0 ? "" : Units.bytes(row.residentBytes()),
              row.compileSeconds()));
    }
    return table.toString();
  }

  static String ends(List<EndToEndFigures> rows) {
    StringBuilder table = new StringBuilder();
    table.append(
        text(
            "%6s %9s %7s %14s %14s %14s %14s",
            "batch",
            "pictures",
            "failed",
            "decoding /s",
            "computing /s",
            "together /s",
            "% of slower"));
    for (EndToEndFigures row : rows) {
      table.append(System.lineSeparator());
      table.append(
          text(
              "%6d %,9d %,7d %,14.1f %,14.1f %,14.1f %14.0f",
              row.batch(),
              row.pictures(),
              row.failed(),
              row.decoding(),
              row.computing(),
              row.together(),
              100 * row.share()));
    }
    return table.toString();
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
