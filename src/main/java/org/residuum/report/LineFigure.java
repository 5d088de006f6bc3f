package org.residuum.report;

import java.util.List;
import java.util.stream.IntStream;
import org.residuum.report.chart.Axis;
import org.residuum.report.chart.Box;
import org.residuum.report.chart.Line;
import org.residuum.report.chart.Markup;
import org.residuum.report.chart.Plot;

/** Lines over epochs as a part of a page. */
final class LineFigure {
  static final Box BOX = new Box(50, 8, 342, 156);
  private static final String VIEW = "0 0 400 208";

  /** More points than a screen has columns show nothing more. */
  private static final int MOST_POINTS = 1000;

  private final String title;
  private final String unit;
  private final Axis y;
  private final List<Line> lines;
  private int marked;

  /**
   * A figure.
   *
   * @param unit of the values, after a number
   */
  LineFigure(String title, String unit, Axis y, List<Line> lines) {
    this.title = title;
    this.unit = unit;
    this.y = y;
    this.lines =
        lines.stream()
            .filter(line -> !line.isEmpty())
            .map(line -> line.thinned(MOST_POINTS))
            .toList();
  }

  /** Marks an epoch, whose weights are the model. */
  LineFigure marked(int epoch) {
    marked = epoch;
    return this;
  }

  /**
   * The figure; nothing where no value is finite.
   *
   * @param epochs where its x axis ends
   */
  String html(int epochs) {
    if (lines.isEmpty()) {
      return "";
    }
    Axis x = new Axis("epoch", Axis.Scale.WHOLE, 0, Math.max(1, epochs));
    Markup html = new Markup().open("figure", "class", "chart").open("figcaption");
    html.leaf("b", title);
    lines.stream()
        .filter(line -> !line.name().isEmpty())
        .forEach(line -> html.leaf("span", line.name(), "class", "key " + line.look()));
    html.close().line();
    html.open(
        "svg",
        "viewBox",
        VIEW,
        "role",
        "img",
        "tabindex",
        "0",
        "aria-label",
        summary(),
        "data-plot",
        Hover.plot(BOX, x, y, unit));
    Plot plot = new Plot(BOX, x, y);
    plot.grid(html);
    if (marked > 0 && epochs > 1) {
      String path = "M%.1f %.0fv%.0f".formatted(plot.atX(marked), BOX.top(), BOX.height());
      html.empty("path", "class", "mark", "d", path).line();
    }
    for (Line line : lines) {
      plot.line(
          html,
          line,
          "data-name",
          line.name(),
          "data-x",
          Hover.x(line),
          "data-y",
          Hover.numbers(line.y()));
    }
    return html.close().close().line().toString();
  }

  /** For those who do not see it. */
  private String summary() {
    StringBuilder text = new StringBuilder(title);
    for (Line line : lines) {
      int[] finite =
          IntStream.range(0, line.y().length).filter(i -> Double.isFinite(line.y()[i])).toArray();
      int last = finite[finite.length - 1];
      text.append(". ").append(line.name().isEmpty() ? "From" : line.name() + ": from");
      text.append(' ').append(value(line.y()[finite[0]]));
      text.append(" at epoch ").append(Markup.brief(line.x()[finite[0]]));
      text.append(" to ").append(value(line.y()[last]));
      text.append(" at epoch ").append(Markup.brief(line.x()[last]));
    }
    return text.toString();
  }

  private String value(double value) {
    return Markup.brief(value) + unit;
  }
}
