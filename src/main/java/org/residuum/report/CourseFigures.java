package org.residuum.report;

import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.residuum.network.Network;
import org.residuum.report.chart.Axis;
import org.residuum.report.chart.Line;

/** A training's course as charts over its epochs. */
final class CourseFigures {
  private final TrainingCurves curves;
  private final Network network;
  private final int model;

  /**
   * The figures of a training.
   *
   * @param model the epoch whose weights the model has
   */
  CourseFigures(TrainingCurves curves, Network network, int model) {
    this.curves = curves;
    this.network = network;
    this.model = model;
  }

  String html() {
    Line validation = byEpoch("validation", "s1", EpochPoint::validationLoss);
    Line norm = byEpoch("", "s0", EpochPoint::gradientNorm);
    return ReportPage.pair(
            figure("Loss", "", suited(curves.loss(), validation), curves.loss(), validation),
            accuracy(),
            figure("Learning rate", "", from0(curves.learningRate()), curves.learningRate()),
            figure("Gradient norm", "", suited(norm), norm),
            throughput(),
            waiting())
        + new GradientFigure(curves.gradientNorms(), layers(network)).html();
  }

  /** Convolutions and dense layers: what has a matrix of weights. */
  private static Set<String> layers(Network network) {
    return network.parameters().stream()
        .filter(parameter -> parameter.shape().rank() > 1)
        .map(parameter -> GradientFigure.layer(parameter.name()))
        .collect(Collectors.toSet());
  }

  private String waiting() {
    Line line = byEpoch("", "s0", epoch -> 100 * epoch.waitingSeconds() / epoch.trainSeconds());
    Axis y = Axis.around("", List.of(line.y(), new double[] {0, 1}));
    return figure("Waiting for data, % of the time", " %", y, line);
  }

  private String accuracy() {
    if (curves.epochs().stream().allMatch(epoch -> Double.isNaN(epoch.accuracy()))) {
      return ""; // Of labels that do not exclude each other, and of numbers, there is none.
    }
    Line training = byEpoch("training", "s0", epoch -> 100 * epoch.accuracy());
    Line validation = byEpoch("validation", "s1", epoch -> 100 * epoch.validationTop1());
    Axis y = Axis.around("", values(training, validation)).within(0, 100);
    return figure("Accuracy, %", " %", y, training, validation);
  }

  private String throughput() {
    Line line = byEpoch("", "s0", EpochPoint::imagesPerSecond);
    return figure("Throughput, examples/s", " examples/s", from0(line), line);
  }

  private static Axis suited(Line... lines) {
    return Axis.suited("", values(lines));
  }

  private static Axis from0(Line line) {
    return Axis.around("", List.of(line.y(), new double[] {0}));
  }

  private Line byEpoch(String name, String look, ToDoubleFunction<EpochPoint> value) {
    return curves.byEpoch(name, look, value);
  }

  private static List<double[]> values(Line... lines) {
    return Stream.of(lines).map(Line::y).toList();
  }

  private String figure(String title, String unit, Axis y, Line... lines) {
    return new LineFigure(title, unit, y, List.of(lines)).marked(model).html(epochs());
  }

  private int epochs() {
    List<EpochPoint> epochs = curves.epochs();
    return epochs.isEmpty() ? 0 : epochs.get(epochs.size() - 1).epoch();
  }
}
