package org.residuum.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.residuum.text.Units;
import org.residuum.train.Evaluation;

/** Charts as {@code img} elements with the picture inside. */
final class ReportCharts {
  private static final Color INK = new Color(0x24, 0x2b, 0x33);
  private static final Color FAINT = new Color(0xe4, 0xe8, 0xec);
  private static final Color[] LINES = {
    new Color(0x1f, 0x6f, 0xb2), new Color(0xd9, 0x5f, 0x02), new Color(0x2a, 0x9d, 0x6f)
  };
  private static final Color[] CELLS = {
    new Color(0xf7, 0xfa, 0xfc), new Color(0xb9, 0xd6, 0xee), new Color(0x5f, 0xa8, 0xdc)
  };
  private static final int WIDTH = 460;
  private static final int HEIGHT = 290;
  private static final int MOST_LABELLED_CLASSES = 20;
  private static final int MARKED_POINTS = 30;

  private ReportCharts() {}

  /**
   * One line of a chart; points that are not finite are left out.
   *
   * @param x epochs, counted from 1; a fraction is a part of an epoch
   */
  record Line(String name, double[] x, double[] y) {
    static Line of(String name, double[] x, double[] y) {
      int[] finite =
          IntStream.range(0, x.length)
              .filter(i -> Double.isFinite(x[i]) && Double.isFinite(y[i]))
              .toArray();
      return new Line(name, at(x, finite), at(y, finite));
    }

    private boolean rises() {
      return y.length > 0 && y[y.length - 1] > y[0];
    }

    private static double[] at(double[] values, int[] places) {
      return IntStream.of(places).mapToDouble(place -> values[place]).toArray();
    }
  }

  /** Lines over epochs. */
  static String lines(String title, List<Line> lines) throws IOException {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
    plain(chart.getStyler());
    chart.setXAxisTitle("epoch");
    chart.getStyler().setSeriesColors(LINES).setLegendVisible(lines.size() > 1);
    boolean rises = lines.stream().allMatch(Line::rises);
    chart.getStyler().setLegendPosition(rises ? LegendPosition.InsideSE : LegendPosition.InsideNE);
    chart.getStyler().setxAxisTickLabelsFormattingFunction(ReportCharts::tick);
    chart.getStyler().setyAxisTickLabelsFormattingFunction(ReportCharts::tick);
    for (Line line : lines) {
      if (line.x().length > 0) {
        XYSeries series = chart.addSeries(line.name(), line.x(), line.y());
        series.setLineStyle(new BasicStroke(2));
        series.setMarker(
            line.x().length > MARKED_POINTS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
      }
    }
    return image(chart, "chart", title);
  }

  /**
   * A confusion matrix as a heat map: a row a true class, first at the top, a column a predicted
   * one; each cell's colour is its share of the row.
   */
  static String confusion(Evaluation.ConfusionMatrix matrix) throws IOException {
    List<String> labels = matrix.labels();
    int classes = labels.size();
    boolean labelled = classes <= MOST_LABELLED_CLASSES;
    int width = labelled ? 150 + 44 * classes : 640;
    int height = labelled ? 110 + 34 * classes : 560;
    HeatMapChart chart = new HeatMapChartBuilder().width(width).height(height).build();
    plain(chart.getStyler());
    chart.setXAxisTitle("predicted");
    chart.setYAxisTitle("true");
    chart.getStyler().setShowValue(labelled).setRangeColors(CELLS).setMin(0).setMax(100);
    chart
        .getStyler()
        .setValueFontColor(INK)
        .setValueFont(font(11))
        .setHeatMapValueDecimalPattern("#.#");
    chart.getStyler().setLegendVisible(false).setPlotBackgroundColor(CELLS[0]);
    if (!labelled) {
      chart.getStyler().setXAxisMaxLabelCount(10).setYAxisTicksVisible(true);
    }
    List<Number[]> cells = new ArrayList<>();
    for (int truth = 0; truth < classes; truth++) {
      int row = Math.max(1, matrix.total(truth));
      for (int predicted = 0; predicted < classes; predicted++) {
        double share = 100.0 * matrix.count(truth, predicted) / row;
        if (share > 0) {
          cells.add(new Number[] {predicted, classes - 1 - truth, share});
        }
      }
    }
    List<String> rows = new ArrayList<>(labels);
    Collections.reverse(rows);
    chart.addSeries("share of the true class, %", labels, rows, cells);
    return image(chart, "matrix", "confusion matrix");
  }

  /** Without trailing zeros and without the noise of binary fractions. */
  private static String tick(double value) {
    if (Math.abs(value) >= 1e6) {
      return Units.decimal(value, 0);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
    return rounded.toPlainString();
  }

  private static void plain(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE).setChartFontColor(INK).setChartPadding(6);
    styler.setChartTitleFont(font(15)).setLegendFont(font(12)).setPlotBorderVisible(false);
    styler.setLegendBorderColor(FAINT).setMarkerSize(6).setPlotContentSize(0.94);
    styler.setAxisTitleFont(font(12)).setAxisTickLabelsFont(font(11));
    styler.setPlotGridLinesColor(FAINT).setPlotGridVerticalLinesVisible(false);
    styler.setAxisTickMarksColor(FAINT).setLocale(Locale.ROOT);
  }

  private static Font font(int size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, size);
  }

  /** Painted at twice its size, so that it is sharp on fine screens and in print. */
  private static String image(Chart<?, ?> chart, String kind, String title) throws IOException {
    int width = chart.getWidth();
    int height = chart.getHeight();
    BufferedImage image = new BufferedImage(2 * width, 2 * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(2, 2);
    chart.paint(graphics, width, height);
    graphics.dispose();
    return String.format(
        Locale.ROOT,
        "<img class=%s width=%d alt=\"%s\" src=\"%s\">\n",
        kind,
        width,
        ReportPage.escape(title),
        DataUri.png(image));
  }
}
