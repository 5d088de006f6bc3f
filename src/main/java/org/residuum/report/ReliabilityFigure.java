package org.residuum.report;

import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.residuum.report.chart.Axis;
import org.residuum.report.chart.Box;
import org.residuum.report.chart.Markup;
import org.residuum.report.chart.Plot;
import org.residuum.train.Evaluation;
import org.residuum.train.Evaluation.Calibration;

/** How often a classifier is right by how sure it is, and how often it is how sure. */
final class ReliabilityFigure {
  private static final Box BOX = new Box(50, 8, 342, 156);
  private static final Box COUNTS = new Box(50, 208, 342, 34);
  private static final String VIEW = "0 0 400 262";
  private static final double GAP = 1;
  private static final double NEAR = 0.02;
  private static final String HOW_TO_READ =
      "Each bar is the share of right answers among those given with such a probability; on the"
          + " dashed line the two are equal. The expected calibration error is their mean distance"
          + " over 15 bins, weighted by the number of examples in each (Guo et al. 2017), which the"
          + " lower bars show.";

  private final Calibration calibration;

  ReliabilityFigure(Evaluation evaluation) {
    this.calibration = evaluation.calibration();
  }

  /** The figure, and beside it what it tells. */
  String withWords() {
    int all = IntStream.range(0, Calibration.BINS).map(calibration::count).sum();
    double sure = sum(bin -> calibration.confidence(bin)) / all;
    double right = sum(bin -> calibration.accuracy(bin)) / all;
    String found =
        String.format(
            Locale.ROOT,
            "The mean probability of the predicted class is %.1f %%, and %.1f %% are right: %s.",
            100 * sure,
            100 * right,
            Math.abs(sure - right) < NEAR
                ? "about as sure as it should be"
                : sure > right
                    ? "surer than it should be. Label smoothing, more data or fewer epochs lessen"
                        + " that"
                    : "less sure than it could be");
    Markup words = new Markup();
    words.leaf("p", found);
    words.leaf("p", HOW_TO_READ);
    return ReportPage.pair(html(), words.toString());
  }

  private double sum(IntToDoubleFunction mean) {
    return IntStream.range(0, Calibration.BINS)
        .filter(bin -> calibration.count(bin) > 0)
        .mapToDouble(bin -> calibration.count(bin) * mean.applyAsDouble(bin))
        .sum();
  }

  String html() {
    Axis x = new Axis("probability of the predicted class, %", Axis.Scale.LINEAR, 0, 100);
    Axis y = new Axis("", Axis.Scale.LINEAR, 0, 100);
    String error = String.format(Locale.ROOT, "%.2f %%", 100 * calibration.error());
    Markup html = new Markup().open("figure", "class", "chart").open("figcaption");
    html.leaf("b", "Right, %").leaf("span", "expected calibration error " + error).close();
    html.open(
        "svg",
        "viewBox",
        VIEW,
        "role",
        "img",
        "aria-label",
        "Share of right answers by probability; expected calibration error " + error);
    new Plot(BOX, x, y).grid(html);
    int most = IntStream.range(0, Calibration.BINS).map(calibration::count).max().orElse(1);
    for (int bin = 0; bin < Calibration.BINS; bin++) {
      if (calibration.count(bin) > 0) {
        bar(html, bin, most);
      }
    }
    String diagonal =
        String.format(
            Locale.ROOT, "M%.0f %.0fL%.0f %.0f", BOX.left(), BOX.bottom(), BOX.right(), BOX.top());
    html.empty("path", "class", "diagonal", "d", diagonal);
    html.label("examples", "m a", COUNTS.left() + COUNTS.width() / 2, COUNTS.bottom() + 11);
    html.empty(
        "path",
        "class",
        "g",
        "d",
        String.format(
            Locale.ROOT, "M%.0f %.0fh%.0f", COUNTS.left(), COUNTS.bottom(), COUNTS.width()));
    return html.close().close().line().toString();
  }

  private void bar(Markup html, int bin, int most) {
    double wide = BOX.width() / Calibration.BINS;
    double left = BOX.left() + bin * wide + GAP / 2;
    double high = BOX.height() * calibration.accuracy(bin);
    double deep = Math.max(0.7, COUNTS.height() * calibration.count(bin) / most);
    String tip =
        String.format(
            Locale.ROOT,
            "probability %.0f to %.0f %%, mean %.1f %%\n%.1f %% right\n%,d examples",
            100.0 * bin / Calibration.BINS,
            100.0 * (bin + 1) / Calibration.BINS,
            100 * calibration.confidence(bin),
            100 * calibration.accuracy(bin),
            calibration.count(bin));
    html.open("g", "data-tip", tip);
    html.empty(
        "rect",
        "x",
        left,
        "y",
        BOX.top(),
        "width",
        wide - GAP,
        "height",
        COUNTS.bottom() - BOX.top(),
        "fill-opacity",
        "0");
    html.rectangle("bar", new Box(left, BOX.bottom() - high, wide - GAP, high));
    html.rectangle("bar faint", new Box(left, COUNTS.bottom() - deep, wide - GAP, deep));
    html.close().line();
  }
}
