package org.residuum.report.chart;

/** A part of a picture, in the units of its view box. */
public record Box(double left, double top, double width, double height) {
  public double right() {
    return left + width;
  }

  public double bottom() {
    return top + height;
  }
}
