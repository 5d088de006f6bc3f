package org.residuum.cli.depth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.residuum.report.chart.Axis;
import org.residuum.report.chart.Line;

/** The pictures of one form. */
final class DepthCharts {
  /** What is below counts as no gradient. */
  private static final double FAINTEST = 1e-20;

  private static final double SMALLEST_DISTANCE = 1e-4;
  private static final double PERCENT = 100;
  private static final String PLACE = "place in the network, from the first block to the last";

  private final Form form;
  private final List<Finding> findings;

  /** Depths whose insides are drawn. */
  private final List<Integer> shown;

  /**
   * @param findings of the form
   */
  DepthCharts(Form form, List<Finding> findings) {
    this.form = form;
    this.findings = findings;
    List<Integer> deep = depths().stream().filter(blocks -> blocks >= 10).toList();
    List<Integer> some = deep.isEmpty() ? depths() : deep;
    int last = some.size() - 1;
    this.shown = IntStream.of(0, last / 2, last).distinct().mapToObj(some::get).toList();
  }

  List<Integer> depths() {
    return findings.stream()
        .map(finding -> finding.subject().blocks())
        .distinct()
        .sorted()
        .toList();
  }

  /** By the ends of their files' names. */
  Map<String, LineChart> all() {
    Map<String, LineChart> charts = new LinkedHashMap<>();
    charts.put("accuracy", accuracy());
    charts.put(
        "gradients-start",
        inside(
            "Gradient norm of each block's weights before training",
            "‖∂loss/∂W‖",
            FAINTEST,
            finding -> finding.start().gradients()));
    charts.put(
        "gradients-trained",
        inside(
            "Gradient norm of each block's weights after training",
            "‖∂loss/∂W‖",
            FAINTEST,
            finding -> finding.trained().gradients()));
    charts.put("loss", loss());
    charts.put(
        "distance",
        inside(
            "How far each trained block is from the identity",
            "‖y - x‖ / ‖x‖",
            SMALLEST_DISTANCE,
            finding -> finding.trained().distances()));
    return charts;
  }

  /** Those of each seed. */
  List<Finding> of(int blocks, boolean residual) {
    return findings.stream()
        .filter(finding -> finding.subject().blocks() == blocks)
        .filter(finding -> finding.subject().residual() == residual)
        .toList();
  }

  private LineChart accuracy() {
    List<Line> lines = new ArrayList<>();
    List<Line> dots = new ArrayList<>();
    for (boolean residual : new boolean[] {true, false}) {
      List<Integer> depths = depths().stream().filter(n -> !of(n, residual).isEmpty()).toList();
      double[] x = depths.stream().mapToDouble(Integer::doubleValue).toArray();
      double[] mean =
          depths.stream()
              .mapToDouble(
                  n ->
                      PERCENT
                          * of(n, residual).stream()
                              .mapToDouble(Finding::accuracy)
                              .average()
                              .orElse(0))
              .toArray();
      lines.add(new Line(word(residual), LineChart.look(residual, 0), x, mean));
      List<Finding> each =
          findings.stream().filter(f -> f.subject().residual() == residual).toList();
      dots.add(
          new Line(
              "",
              LineChart.look(residual, 0),
              each.stream().mapToDouble(f -> f.subject().blocks()).toArray(),
              each.stream().mapToDouble(f -> PERCENT * f.accuracy()).toArray()));
    }
    Axis x = Axis.decades("blocks", 1, lines.stream().map(Line::x).toList());
    Axis y = new Axis("test accuracy in %", Axis.Scale.LINEAR, 0, PERCENT);
    return new LineChart("Test accuracy by depth", form.title(), x, y, lines, dots);
  }

  private static String word(boolean residual) {
    return residual ? "residual" : "plain";
  }

  /** Something of each block of the first seed, at some depths. */
  private LineChart inside(
      String title, String unit, double floor, Function<Finding, double[]> values) {
    List<Line> lines = new ArrayList<>();
    for (boolean residual : new boolean[] {true, false}) {
      for (int blocks : shown) {
        of(blocks, residual).stream()
            .limit(1)
            .forEach(
                finding -> {
                  double[] y = values.apply(finding);
                  double[] x = IntStream.range(0, y.length).mapToDouble(i -> place(i, y)).toArray();
                  lines.add(line(blocks, residual, x, y));
                });
      }
    }
    Axis x = new Axis(PLACE, Axis.Scale.LINEAR, 0, 1);
    Axis y = Axis.decades(unit, floor, lines.stream().map(Line::y).toList());
    return new LineChart(title, form.title(), x, y, lines, List.of());
  }

  private static double place(int index, double[] values) {
    return values.length == 1 ? 0 : index / (values.length - 1.0);
  }

  private Line line(int blocks, boolean residual, double[] x, double[] y) {
    return new Line(name(blocks, residual), LineChart.look(residual, shown.indexOf(blocks)), x, y);
  }

  private static String name(int blocks, boolean residual) {
    return word(residual) + ", " + blocks + " blocks";
  }

  private LineChart loss() {
    List<Line> lines = new ArrayList<>();
    for (boolean residual : new boolean[] {true, false}) {
      for (int blocks : shown) {
        of(blocks, residual).stream()
            .limit(1)
            .forEach(
                finding -> {
                  String look = LineChart.look(residual, shown.indexOf(blocks));
                  lines.add(Line.counted(name(blocks, residual), look, finding.losses()));
                });
      }
    }
    double[] zero = {0};
    List<double[]> losses = new ArrayList<>(lines.stream().map(Line::y).toList());
    losses.add(zero);
    Axis x = Axis.exact("epoch", Axis.Scale.WHOLE, lines.stream().map(Line::x).toList());
    Axis y = Axis.exact("training loss", Axis.Scale.LINEAR, losses);
    return new LineChart("Training loss", form.title(), x, y, lines, List.of());
  }

  /** The mean over the seeds of something of one number. */
  double mean(int blocks, boolean residual, Function<Finding, Double> value) {
    return of(blocks, residual).stream().mapToDouble(value::apply).average().orElse(Double.NaN);
  }
}
