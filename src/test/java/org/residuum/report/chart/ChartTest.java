package org.residuum.report.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Places, ticks and shapes of charts. */
final class ChartTest {
  private static final Box BOX = new Box(50, 10, 200, 100);

  private static Axis linear(double low, double high) {
    return new Axis("", Axis.Scale.LINEAR, low, high);
  }

  private static String drawn(double... y) {
    Markup svg = new Markup();
    new Plot(BOX, linear(0, 10), linear(0, 1)).line(svg, Line.counted("", "s0", y));
    return svg.toString();
  }

  @Test
  void valuesLieAtTheirPixels() {
    Plot plot = new Plot(BOX, linear(0, 10), new Axis("", Axis.Scale.LOGARITHMIC, 0.01, 100));
    assertEquals(50, plot.atX(0));
    assertEquals(150, plot.atX(5));
    assertEquals(60, plot.atY(1), 1e-9);
    assertEquals(110, plot.atY(0), "what is below the axis is at its end");
    assertEquals(
        "<path class=\"l s0\" d=\"M70 110L90 60L110 10\"/>"
            + "<path class=\"d s0\" d=\"M70 110h0M90 60h0M110 10h0\"/>\n",
        drawn(0, 0.5, 1));
  }

  @Test
  void valuesThatAreNotFiniteLeaveGaps() {
    String svg = drawn(0, 0, Double.NaN, 0.5, Double.POSITIVE_INFINITY, 1, 1);
    assertTrue(svg.contains("d=\"M70 110L90 110M130 60h0M170 10L190 10\""), svg);
    assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
  }

  @Test
  void manyPointsHaveNoDots() {
    double[] many = IntStream.range(0, 31).mapToDouble(i -> i / 31.0).toArray();
    assertFalse(drawn(many).contains("class=\"d "));
  }

  @Test
  void thinnedLineKeepsItsLastPoint() {
    Line line = Line.counted("", "", IntStream.rangeClosed(1, 2500).asDoubleStream().toArray());
    double[] x = line.thinned(1000).x();
    assertEquals(834, x.length);
    assertEquals(2500, x[833]);
    assertEquals(3, x[833] - x[832]);
    assertArrayEquals(line.x(), line.thinned(2500).x());
  }

  @Test
  void ticksAreRoundNumbersAndSaySo() {
    assertEquals(List.of("0", "0.5", "1.0", "1.5", "2.0", "2.5"), labels(linear(0, 2.5)));
    assertEquals(List.of("0", "0.0002", "0.0004", "0.0006"), labels(linear(0, 7.1e-4)));
    assertEquals(List.of("0", "5e-6", "1e-5", "1.5e-5", "2e-5"), labels(linear(0, 2e-5)));
    assertEquals(List.of("0", "1"), labels(new Axis("", Axis.Scale.WHOLE, 0, 1)));
    assertEquals(List.of("0", "2", "4", "6", "8", "10", "12"), labels(linear(0, 12)));
    assertEquals(
        List.of("1e-3", "0.01", "0.1", "1", "10", "100"),
        labels(Axis.decades("", 1e-9, List.of(new double[] {0.002, 90, Double.NaN}))));
  }

  private static List<String> labels(Axis axis) {
    return DoubleStream.of(axis.ticks()).mapToObj(axis::label).toList();
  }

  @Test
  void axisSuitsItsValues() {
    List<double[]> near = List.of(new double[] {0.4, 2.3, Double.NaN}, new double[] {1.1});
    assertEquals(linear(0, 2.5), Axis.suited("", near));
    List<double[]> far = List.of(new double[] {0.004, 2.3});
    assertEquals(new Axis("", Axis.Scale.LOGARITHMIC, 1e-3, 10), Axis.suited("", far));
    Axis high = Axis.around("", List.of(new double[] {93, 97.5}));
    assertEquals(linear(93, 98), high);
    assertEquals(linear(95, 97), high.within(95, 97));
    assertEquals(linear(0, 30), Axis.around("", List.of(new double[] {29})));
    assertEquals(linear(0, 1), Axis.around("", List.of(new double[] {0, 0})));
    assertEquals(0, Axis.around("", List.of()).low(), "without any values, too");
  }

  @Test
  void cellsOfOneColourAreOnePath() {
    int[][] colors = {{0, 0, 1}, {1, 0, -1}};
    HeatMap map = new HeatMap(new Box(10, 20, 30, 40), 2, 3);
    Markup svg = new Markup();
    map.cells(svg, "c0", 0, (row, column) -> colors[row][column], true);
    map.cells(svg, "c1", 1, (row, column) -> colors[row][column], true);
    map.cells(svg, "c2", 2, (row, column) -> colors[row][column], true);
    String transform = "transform=\"translate(10 20) scale(10.0000 20.0000)\"";
    assertEquals(
        "<path class=\"c0\" %s d=\"M0 0h2v1h-2zM1 1h1v1h-1z\"/>\n".formatted(transform)
            + "<path class=\"c1\" %s d=\"M2 0h1v1h-1zM0 1h1v1h-1z\"/>\n".formatted(transform),
        svg.toString());
    assertEquals(25, map.middleX(1));
    assertEquals(50, map.middleY(1));
  }

  @Test
  void markupIsEscapedAndClosed() {
    Markup html = new Markup().open("p", "title", "\"a'<\u001b", "class", null);
    assertThrows(IllegalStateException.class, html::toString);
    html.text("x & <y>").close();
    assertEquals("<p title=\"&quot;a&#39;&lt;\\x1b\">x &amp; &lt;y&gt;</p>", html.toString());
  }

  @Test
  void numbersAreShortInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals("12.3", Markup.number(12.345));
      assertEquals("0.0012346", Markup.brief(0.00123456));
      assertEquals("1.5e-8", Markup.brief(1.5e-8));
      assertEquals("7.5e35", Markup.brief(7.5e35));
      assertEquals("-4", Markup.brief(-4));
      assertEquals("", Markup.brief(Double.NaN));
      assertEquals("1,500.5", linear(1500, 1502).label(1500.5));
    } finally {
      Locale.setDefault(before);
    }
  }
}
