package org.residuum.report.chart;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A line of a chart; values that are not finite interrupt it.
 *
 * @param name of what it shows; "" is not in the legend
 * @param look classes of the style sheet: colour, dashes
 * @param x ascending
 */
public record Line(String name, String look, double[] x, double[] y) {
  public Line {
    if (x.length != y.length) {
      throw new IllegalArgumentException(name + ": " + x.length + " x, " + y.length + " y");
    }
  }

  /** With one x each, counted from 1. */
  public static Line counted(String name, String look, double[] y) {
    return new Line(name, look, IntStream.rangeClosed(1, y.length).asDoubleStream().toArray(), y);
  }

  public boolean isEmpty() {
    return Arrays.stream(y).noneMatch(Double::isFinite);
  }

  /** Points at equal distances, so many at most, the last among them. */
  public Line thinned(int most) {
    int step = Math.max(1, (x.length + most - 1) / most);
    int[] kept = IntStream.range(0, x.length).filter(i -> (x.length - 1 - i) % step == 0).toArray();
    return new Line(
        name,
        look,
        IntStream.of(kept).mapToDouble(i -> x[i]).toArray(),
        IntStream.of(kept).mapToDouble(i -> y[i]).toArray());
  }
}
