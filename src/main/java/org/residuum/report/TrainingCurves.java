package org.residuum.report;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.report.chart.Line;
import org.residuum.train.TrainingListener;
import org.residuum.train.TrainingResult;

/**
 * A training's course for its report: each epoch, and loss and learning rate step by step, thinned
 * to what a chart can show. Checkpoints keep it, so that it tells of the epochs before them too.
 */
public final class TrainingCurves {
  private static final int POINTS = 240;
  private static final int NUMBERS_A_POINT = 3;
  private static final String STEPS = "steps";
  private static final String EPOCHS = "epochs";
  private static final String NEXT = "next";
  private static final String NORMS = "norms.";

  /** Of a parameter and an epoch: of the gradient, of the weights. */
  private static final int NORMS_A_PARAMETER = 2;

  private final int stepsAPoint;
  private final List<double[]> points = new ArrayList<>();
  private final List<EpochPoint> epochs = new ArrayList<>();

  /** By parameter, a row an epoch, NaN where it was not trained. */
  private final Map<String, List<double[]>> norms = new LinkedHashMap<>();

  private int steps;
  private double lossSum;

  /**
   * Curves of a training.
   *
   * @param totalSteps of all its epochs
   */
  public TrainingCurves(int totalSteps) {
    this.stepsAPoint = Math.max(1, (totalSteps + POINTS - 1) / POINTS);
  }

  /** Adds a step; a point is the mean loss of some steps and the rate of the last. */
  public void add(TrainingListener.TrainingStep step) {
    lossSum += step.loss();
    if (++steps >= stepsAPoint) {
      double epoch = step.epoch() - 1 + (double) step.step() / step.steps();
      points.add(new double[] {epoch, lossSum / steps, step.learningRate()});
      lossSum = 0;
      steps = 0;
    }
  }

  public void add(TrainingResult.EpochResult result) {
    for (TrainingResult.ParameterNorm norm : result.gradients().last()) {
      List<double[]> rows = norms.computeIfAbsent(norm.name(), name -> new ArrayList<>());
      fill(rows);
      rows.add(new double[] {norm.gradient(), norm.weight()});
    }
    epochs.add(EpochPoint.of(result));
    norms.values().forEach(this::fill);
  }

  /** Rows of epochs that have none. */
  private void fill(List<double[]> rows) {
    while (rows.size() < epochs.size()) {
      rows.add(new double[] {Double.NaN, Double.NaN});
    }
  }

  public List<EpochPoint> epochs() {
    return Collections.unmodifiableList(epochs);
  }

  /** The last epoch, of which there is one at least. */
  public EpochPoint last() {
    return epochs.get(epochs.size() - 1);
  }

  /**
   * The L2 norm of each parameter's gradient at each epoch's last step, before it was limited; NaN
   * where it was not trained. In the network's order.
   */
  public Map<String, double[]> gradientNorms() {
    return norms(0);
  }

  /** The L2 norm of each parameter after each epoch; NaN where it was not trained. */
  public Map<String, double[]> weightNorms() {
    return norms(1);
  }

  private Map<String, double[]> norms(int which) {
    Map<String, double[]> values = new LinkedHashMap<>();
    norms.forEach(
        (name, rows) -> values.put(name, rows.stream().mapToDouble(row -> row[which]).toArray()));
    return values;
  }

  /** What a checkpoint keeps of the course so far. */
  public Parameters soFar() {
    Map<String, Tensor> kept = new LinkedHashMap<>();
    put(kept, EPOCHS, EpochPoint.NUMBERS, epochs.stream().map(EpochPoint::numbers).toList());
    put(kept, STEPS, NUMBERS_A_POINT, points);
    norms.forEach((name, rows) -> put(kept, NORMS + name, NORMS_A_PARAMETER, rows));
    put(kept, NEXT, 2, List.of(new double[] {steps, lossSum}));
    return new Parameters(kept);
  }

  private static void put(
      Map<String, Tensor> tensors, String name, int columns, List<double[]> rows) {
    if (rows.isEmpty()) {
      return;
    }
    FloatBuffer values = FloatBuffer.allocate(rows.size() * columns);
    for (double[] row : rows) {
      for (double value : row) {
        values.put((float) value);
      }
    }
    tensors.put(name, new Tensor(Shape.of(rows.size(), columns), values.flip()));
  }

  /** Goes on from what a checkpoint kept; one of an older version kept nothing. */
  public void restore(Parameters kept) {
    rows(kept, EPOCHS, 1).forEach(row -> epochs.add(EpochPoint.of(row)));
    for (String name : kept.asMap().keySet()) {
      if (name.startsWith(NORMS)) {
        List<double[]> rows = rows(kept, name, NORMS_A_PARAMETER);
        fill(rows);
        norms.put(name.substring(NORMS.length()), rows);
      }
    }
    points.addAll(rows(kept, STEPS, NUMBERS_A_POINT));
    for (double[] next : rows(kept, NEXT, 2)) {
      steps = (int) next[0];
      lossSum = next[1];
    }
  }

  /** The rows of a table that has so many columns or more. */
  private static List<double[]> rows(Parameters kept, String name, int columns) {
    Tensor tensor = kept.asMap().get(name);
    List<double[]> rows = new ArrayList<>();
    if (tensor == null || tensor.shape().rank() != 2 || tensor.shape().extent(1) < columns) {
      return rows;
    }
    int width = tensor.shape().extent(1);
    for (int row = 0; row < tensor.shape().extent(0); row++) {
      double[] values = new double[width];
      for (int column = 0; column < width; column++) {
        values[column] = tensor.get(row * width + column);
      }
      rows.add(values);
    }
    return rows;
  }

  /** Of the training examples, step by step. */
  Line loss() {
    return line("training", point -> point[1]);
  }

  Line learningRate() {
    return line("", point -> point[2]);
  }

  private Line line(String name, ToDoubleFunction<double[]> value) {
    return new Line(
        name,
        "s0",
        points.stream().mapToDouble(point -> point[0]).toArray(),
        points.stream().mapToDouble(value).toArray());
  }

  /**
   * A value of each epoch.
   *
   * @param look of the line
   */
  Line byEpoch(String name, String look, ToDoubleFunction<EpochPoint> value) {
    return new Line(
        name,
        look,
        epochs.stream().mapToDouble(EpochPoint::epoch).toArray(),
        epochs.stream().mapToDouble(value).toArray());
  }
}
