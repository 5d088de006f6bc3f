package org.residuum.report.chart;

import java.util.Locale;

/**
 * Two axes and what is drawn between them. The style sheet decides on colours: {@code g} is the
 * grid, {@code l} a line, {@code d} its dots, {@code a} the name of an axis.
 */
public final class Plot {
  private static final int DOTTED = 30;

  private final Box box;
  private final Axis x;
  private final Axis y;

  /**
   * @param box the area between the axes; their labels lie outside, 50 to the left and 36 below
   */
  public Plot(Box box, Axis x, Axis y) {
    this.box = box;
    this.x = x;
    this.y = y;
  }

  public double atX(double value) {
    return box.left() + x.place(value) * box.width();
  }

  public double atY(double value) {
    return box.bottom() - y.place(value) * box.height();
  }

  /** Lines at the ticks, their labels, and the names of the axes that have one. */
  public void grid(Markup svg) {
    for (double tick : y.ticks()) {
      double at = atY(tick);
      svg.empty(
          "path",
          "class",
          "g",
          "d",
          "M%s %sh%s"
              .formatted(Markup.number(box.left()), Markup.number(at), Markup.number(box.width())));
      svg.label(y.label(tick), "e", box.left() - 6, at);
    }
    for (double tick : x.ticks()) {
      double at = atX(tick);
      svg.empty(
          "path",
          "class",
          "g v",
          "d",
          "M%s %sv%s"
              .formatted(Markup.number(at), Markup.number(box.top()), Markup.number(box.height())));
      svg.label(x.label(tick), "m", at, box.bottom() + 12);
    }
    svg.line();
    if (!x.title().isEmpty()) {
      svg.label(x.title(), "m a", box.left() + box.width() / 2, box.bottom() + 28);
    }
    if (!y.title().isEmpty()) {
      String turned =
          String.format(
              Locale.ROOT, "translate(12 %.0f) rotate(-90)", box.top() + box.height() / 2);
      svg.leaf("text", y.title(), "class", "m a", "transform", turned, "dy", ".32em");
    }
    svg.line();
  }

  /**
   * A line, and its points where they are few.
   *
   * @param more attributes
   */
  public void line(Markup svg, Line line, Object... more) {
    Object[] attributes = new Object[more.length + 4];
    System.arraycopy(more, 0, attributes, 4, more.length);
    attributes[0] = "class";
    attributes[1] = "l " + line.look();
    attributes[2] = "d";
    attributes[3] = path(line);
    svg.empty("path", attributes);
    if (line.x().length <= DOTTED) {
      dots(svg, line);
    }
    svg.line();
  }

  /** A line's points alone. */
  public void dots(Markup svg, Line line) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < line.x().length; i++) {
      if (Double.isFinite(line.y()[i])) {
        path.append(point('M', line, i)).append("h0");
      }
    }
    svg.empty("path", "class", "d " + line.look(), "d", path);
  }

  /** A point between two gaps becomes a dot, which round ends of lines show. */
  private String path(Line line) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < line.x().length; i++) {
      boolean finite = Double.isFinite(line.y()[i]);
      boolean next = i + 1 < line.x().length && Double.isFinite(line.y()[i + 1]);
      if (finite) {
        path.append(point(drawing ? 'L' : 'M', line, i)).append(drawing || next ? "" : "h0");
      }
      drawing = finite;
    }
    return path.toString();
  }

  private String point(char command, Line line, int index) {
    return command
        + Markup.number(atX(line.x()[index]))
        + " "
        + Markup.number(atY(line.y()[index]));
  }
}
