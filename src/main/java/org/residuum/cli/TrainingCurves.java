package org.residuum.cli;

import java.util.ArrayList;
import java.util.List;
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
    return line("training", 1);
  }

  ReportCharts.Line learningRate() {
    return line("learning rate", 2);
  }

  private ReportCharts.Line line(String name, int column) {
    return ReportCharts.Line.of(
        name,
        points.stream().mapToDouble(point -> point[0]).toArray(),
        points.stream().mapToDouble(point -> point[column]).toArray());
  }
}
