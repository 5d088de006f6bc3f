package org.residuum.cli.depth;

import java.util.List;
import java.util.Locale;
import org.residuum.report.chart.Axis;
import org.residuum.report.chart.Box;
import org.residuum.report.chart.Line;
import org.residuum.report.chart.Markup;
import org.residuum.report.chart.Plot;

/** Lines over two axes as an SVG file, which follows the reader's choice of light or dark. */
public record LineChart(
    String title, String subtitle, Axis x, Axis y, List<Line> lines, List<Line> dots) {
  private static final double WIDTH = 680;
  private static final Box BOX = new Box(62, 52, 606, 260);
  private static final double LEGEND_ROW = 18;
  private static final int LEGEND_COLUMNS = 3;
  private static final String STYLE =
      "text{font:12px sans-serif;fill:#333}.t{font-weight:bold;font-size:14px}"
          + ".m{text-anchor:middle}.e{text-anchor:end}.g{stroke:#8884;stroke-width:1}"
          + ".l,.d{fill:none;stroke-width:2;stroke-linecap:round}.d{stroke-width:6}"
          + ".residual{stroke:#1667b8}.plain{stroke:#c2410c}"
          + ".r1{stroke-dasharray:7 4}.r2{stroke-dasharray:2 4}"
          + "@media(prefers-color-scheme:dark){text{fill:#ddd}"
          + ".residual{stroke:#6cb2f2}.plain{stroke:#fb923c}}";

  /** Classes of {@link #STYLE}: the colour, and dashes by a rank from 0. */
  public static String look(boolean residual, int rank) {
    return (residual ? "residual" : "plain") + (rank == 0 ? "" : " r" + rank);
  }

  @Override
  public String toString() {
    List<Line> named = lines.stream().filter(line -> !line.name().isEmpty()).toList();
    double rows = (named.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    String view =
        String.format(Locale.ROOT, "0 0 %.0f %.0f", WIDTH, BOX.bottom() + 44 + LEGEND_ROW * rows);
    Markup svg = new Markup();
    svg.open("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", view, "role", "img");
    svg.line().leaf("title", title).line().leaf("style", STYLE).line();
    svg.leaf("text", title, "class", "t", "x", BOX.left(), "y", 18);
    svg.leaf("text", subtitle, "x", BOX.left(), "y", 38).line();
    Plot plot = new Plot(BOX, x, y);
    plot.grid(svg);
    lines.forEach(line -> plot.line(svg, line));
    dots.forEach(line -> plot.dots(svg, line));
    for (int i = 0; i < named.size(); i++) {
      legend(svg, named.get(i), i);
    }
    return svg.close().line().toString();
  }

  private static void legend(Markup svg, Line line, int index) {
    double left = BOX.left() + index % LEGEND_COLUMNS * BOX.width() / LEGEND_COLUMNS;
    double top = BOX.bottom() + 52 + index / LEGEND_COLUMNS * LEGEND_ROW;
    String stroke = String.format(Locale.ROOT, "M%.0f %.0fh28", left, top);
    svg.empty("path", "class", "l " + line.look(), "d", stroke);
    svg.leaf("text", line.name(), "x", left + 34, "y", top, "dy", ".32em").line();
  }
}
