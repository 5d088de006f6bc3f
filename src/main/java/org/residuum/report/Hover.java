package org.residuum.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.residuum.report.chart.Axis;
import org.residuum.report.chart.Box;
import org.residuum.report.chart.Line;
import org.residuum.report.chart.Markup;
import org.residuum.text.Printable;

/** What {@code report.js} reads of a chart to show the values at the pointer, as JSON. */
final class Hover {
  private Hover() {}

  /**
   * A chart of lines.
   *
   * @param unit after each value
   */
  static String plot(Box box, Axis x, Axis y, String unit) {
    return "{\"box\":%s,\"x\":%s,\"y\":%s,\"unit\":%s}"
        .formatted(place(box), axis(x), axis(y), quoted(unit));
  }

  private static String axis(Axis axis) {
    return "{\"name\":%s,\"low\":%s,\"high\":%s,\"log\":%s}"
        .formatted(quoted(axis.title()), axis.low(), axis.high(), axis.isLogarithmic());
  }

  private static String place(Box box) {
    return String.format(
        Locale.ROOT, "[%.2f,%.2f,%.2f,%.2f]", box.left(), box.top(), box.width(), box.height());
  }

  /** Numbers with commas between, nothing where they are not finite. */
  static String numbers(double... values) {
    return DoubleStream.of(values).mapToObj(Markup::brief).collect(Collectors.joining(","));
  }

  /** The x of a line; null where they are counted from 1, which need not be said. */
  static String x(Line line) {
    double[] x = line.x();
    return IntStream.range(0, x.length).allMatch(i -> x[i] == i + 1) ? null : numbers(x);
  }

  /**
   * Cells in rows and columns, whose values are told apart.
   *
   * @param row what comes before the name of a row
   * @param column likewise
   * @param value before a value
   * @param none in place of one that is not there
   */
  record Grid(String row, String column, String value, String none) {
    String json(Box box, List<String> rows, List<String> columns, int... totals) {
      String sums =
          totals.length == 0
              ? ""
              : IntStream.of(totals)
                  .mapToObj(String::valueOf)
                  .collect(Collectors.joining(",", ",\"totals\":[", "]"));
      return "{\"box\":%s,\"row\":%s,\"column\":%s,\"value\":%s,\"none\":%s,\"rows\":%s,\"columns\":%s%s}"
          .formatted(
              place(box),
              quoted(row),
              quoted(column),
              quoted(value),
              quoted(none),
              names(rows),
              names(columns),
              sums);
    }
  }

  private static String names(List<String> names) {
    return names.stream().map(Hover::quoted).collect(Collectors.joining(",", "[", "]"));
  }

  private static String quoted(String text) {
    return '"' + Printable.name(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
