package org.residuum.cli.depth;

import java.util.List;
import java.util.Locale;

/** Lines over two axes as SVG, which follows the reader's choice of light or dark. */
final class LineChart {
  private static final double WIDTH = 680;
  private static final double LEFT = 62;
  private static final double RIGHT = 12;
  private static final double TOP = 52;
  private static final double HEIGHT = 260;
  private static final double LEGEND_ROW = 18;
  private static final int LEGEND_COLUMNS = 3;
  private static final String STYLE =
      "text{font:12px sans-serif;fill:#333}.t{font-weight:bold;font-size:14px}"
          + ".g{stroke:#8884;stroke-width:1}.l{fill:none;stroke-width:2}"
          + ".residual{stroke:#1667b8}.plain{stroke:#c2410c}"
          + "circle.residual{fill:#1667b8}circle.plain{fill:#c2410c}"
          + "@media(prefers-color-scheme:dark){text{fill:#ddd}"
          + ".residual{stroke:#6cb2f2}.plain{stroke:#fb923c}"
          + "circle.residual{fill:#6cb2f2}circle.plain{fill:#fb923c}}";

  /**
   * A line; what is NaN interrupts it.
   *
   * @param residual decides its colour
   * @param rank decides its dashes, from 0
   * @param dots whether its points are shown, and the line not
   */
  record Line(String name, boolean residual, int rank, boolean dots, double[] x, double[] y) {
    String look() {
      return residual ? "residual" : "plain";
    }

    String dash() {
      return rank == 0 ? "" : " stroke-dasharray=\"" + (rank == 1 ? "7 4" : "2 3") + "\"";
    }
  }

  private final String title;
  private final String subtitle;
  private final Axis x;
  private final Axis y;
  private final List<Line> lines;

  LineChart(String title, String subtitle, Axis x, Axis y, List<Line> lines) {
    this.title = title;
    this.subtitle = subtitle;
    this.x = x;
    this.y = y;
    this.lines = lines;
  }

  @Override
  public String toString() {
    List<Line> named = lines.stream().filter(line -> !line.name().isEmpty()).toList();
    double rows = (named.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    double height = TOP + HEIGHT + 44 + LEGEND_ROW * rows;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" role=\"img\">%n",
            WIDTH, height));
    svg.append("<title>").append(title).append("</title>\n<style>").append(STYLE);
    svg.append("</style>\n");
    svg.append(format("<text class=\"t\" x=\"%.0f\" y=\"18\">%s</text>%n", LEFT, title));
    svg.append(format("<text x=\"%.0f\" y=\"38\">%s</text>%n", LEFT, subtitle));
    grid(svg);
    lines.forEach(line -> draw(svg, line));
    for (int i = 0; i < named.size(); i++) {
      legend(svg, named.get(i), i);
    }
    return svg.append("</svg>\n").toString();
  }

  private void grid(StringBuilder svg) {
    for (double tick : y.ticks()) {
      double at = atY(tick);
      svg.append(
          format(
              "<line class=\"g\" x1=\"%.0f\" y1=\"%.1f\" x2=\"%.0f\" y2=\"%.1f\"/>"
                  + "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
              LEFT, at, WIDTH - RIGHT, at, LEFT - 6, at + 4, y.label(tick)));
    }
    for (double tick : x.ticks()) {
      double at = atX(tick);
      svg.append(
          format(
              "<line class=\"g\" x1=\"%.1f\" y1=\"%.0f\" x2=\"%.1f\" y2=\"%.0f\"/>"
                  + "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>%n",
              at, TOP, at, TOP + HEIGHT, at, TOP + HEIGHT + 16, x.label(tick)));
    }
    svg.append(
        format(
            "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>%n",
            LEFT + (WIDTH - LEFT - RIGHT) / 2, TOP + HEIGHT + 34, x.title()));
    svg.append(
        format(
            "<text transform=\"translate(14 %.0f) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
            TOP + HEIGHT / 2, y.title()));
  }

  private double atX(double value) {
    return LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
  }

  private double atY(double value) {
    return TOP + (1 - y.place(value)) * HEIGHT;
  }

  private void draw(StringBuilder svg, Line line) {
    if (line.dots()) {
      for (int i = 0; i < line.x().length; i++) {
        svg.append(
            format(
                "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>%n",
                line.look(), atX(line.x()[i]), atY(line.y()[i])));
      }
      return;
    }
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < line.x().length; i++) {
      boolean finite = Double.isFinite(line.y()[i]);
      if (finite) {
        path.append(format("%s%.1f %.1f", drawing ? "L" : "M", atX(line.x()[i]), atY(line.y()[i])));
      }
      drawing = finite;
    }
    svg.append(
        format("<path class=\"l %s\"%s d=\"%s\"/>%n", line.look(), line.dash(), path.toString()));
  }

  private void legend(StringBuilder svg, Line line, int index) {
    double left = LEFT + index % LEGEND_COLUMNS * (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS;
    double top = TOP + HEIGHT + 52 + index / LEGEND_COLUMNS * LEGEND_ROW;
    svg.append(
        format(
            "<path class=\"l %s\"%s d=\"M%.0f %.0fh28\"/>"
                + "<text x=\"%.0f\" y=\"%.0f\">%s</text>%n",
            line.look(), line.dash(), left, top, left + 34, top + 4, line.name()));
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values).replace(System.lineSeparator(), "\n");
  }
}
