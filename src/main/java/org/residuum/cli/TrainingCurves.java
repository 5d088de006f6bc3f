package org.residuum.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.residuum.train.TrainingStep;

/** Loss and learning rate step by step, thinned to what a chart can show. */
final class TrainingCurves {
  private static final int POINTS = 240;

  private final int stepsAPoint;
  private final List<double[]> points = new ArrayList<>();
  private int steps;
  private double lossSum;

  TrainingCurves(int totalSteps) {
    this.stepsAPoint = Math.max(1, (totalSteps + POINTS - 1) / POINTS);
  }

  /** Adds a step; a point is the mean loss of some steps and the rate of the last. */
  void add(TrainingStep step) {
    lossSum += step.loss();
    if (++steps == stepsAPoint) {
      double epoch = step.epoch() - 1 + (double) step.step() / step.steps();
      points.add(new double[] {epoch, lossSum / steps, step.learningRate()});
      lossSum = 0;
      steps = 0;
    }
  }

  ReportCharts.Line loss() {
    return line(point -> point[1]);
  }

  /** In per cent of the highest. */
  ReportCharts.Line learningRate(double peak) {
    return line(point -> 100 * point[2] / peak);
  }

  /**
   * The last point stands twice, a thousandth of an epoch apart: XChart 3.8 labels values of equal
   * distance (within 1e-4) by themselves, and 0.0215054 is no good label.
   */
  private ReportCharts.Line line(ToDoubleFunction<double[]> value) {
    List<double[]> all = new ArrayList<>(points);
    if (!points.isEmpty()) {
      double[] last = points.get(points.size() - 1);
      all.add(new double[] {last[0] + 0.001, last[1], last[2]});
    }
    return ReportCharts.Line.of(
        "training",
        all.stream().mapToDouble(point -> point[0]).toArray(),
        all.stream().mapToDouble(value).toArray());
  }
}
