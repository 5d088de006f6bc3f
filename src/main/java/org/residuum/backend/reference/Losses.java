package org.residuum.backend.reference;

import org.residuum.backend.lower.OpTable;
import org.residuum.network.loss.Loss;
import org.residuum.network.loss.PointwiseLoss;
import org.residuum.network.loss.SoftTargetCrossEntropy;
import org.residuum.network.loss.SoftmaxCrossEntropy;
import org.residuum.network.op.Softmax;

/** Softmax, and losses on rows of {@code classes} values. */
final class Losses {
  private Losses() {}

  static void enter(OpTable<Operands> ops) {
    ops.add(Softmax.class)
        .forward((run, node, op) -> run.result(softmax(run.input(0), run.dimsX().c())))
        .inputGradient(
            (run, node, op) ->
                run.result(softmaxGradient(run.input(0), run.dy(), run.dimsX().c())));
    ops.add(SoftmaxCrossEntropy.class)
        .forward(
            (run, node, op) ->
                run.result(
                    crossEntropy(
                        run.input(0), targets(run, op), run.dimsX().c(), op.labelSmoothing())))
        .inputGradient(
            (run, node, op) ->
                run.result(
                    crossEntropyGradient(
                        run.input(0), run.input(1), run.dimsX().c(), op.labelSmoothing())));
    ops.add(SoftTargetCrossEntropy.class)
        .forward(
            (run, node, op) -> run.result(softTargets(run.input(0), targets(run, op), run.dimsX())))
        .inputGradient(
            (run, node, op) ->
                run.result(softTargetsGradient(run.input(0), run.input(1), run.dimsX())));
    ops.add(PointwiseLoss.class)
        .forward((run, node, op) -> run.result(mean(op.kind(), run.input(0), targets(run, op))))
        .inputGradient(
            (run, node, op) -> run.result(meanGradient(op.kind(), run.input(0), run.input(1))));
  }

  /** Σ ℓ(x, t) / (N C) */
  private static double[] mean(PointwiseLoss.Kind kind, double[] x, double[] targets) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += kind.value(x[i], targets[i]);
    }
    return new double[] {sum / x.length};
  }

  private static double[] meanGradient(PointwiseLoss.Kind kind, double[] x, double[] targets) {
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      dx[i] = kind.derivative(x[i], targets[i]) / x.length;
    }
    return dx;
  }

  private static double[] softmax(double[] x, int classes) {
    double[] y = new double[x.length];
    for (int row = 0; row < x.length; row += classes) {
      double max = Double.NEGATIVE_INFINITY;
      for (int k = row; k < row + classes; k++) {
        max = Math.max(max, x[k]);
      }
      double sum = 0;
      for (int k = row; k < row + classes; k++) {
        y[k] = Math.exp(x[k] - max);
        sum += y[k];
      }
      for (int k = row; k < row + classes; k++) {
        y[k] /= sum;
      }
    }
    return y;
  }

  /** dx = y (dy - Σ_k y_k dy_k) */
  private static double[] softmaxGradient(double[] y, double[] dy, int classes) {
    double[] dx = new double[y.length];
    for (int row = 0; row < y.length; row += classes) {
      double dot = 0;
      for (int k = row; k < row + classes; k++) {
        dot += y[k] * dy[k];
      }
      for (int k = row; k < row + classes; k++) {
        dx[k] = y[k] * (dy[k] - dot);
      }
    }
    return dx;
  }

  /** Checks the targets and gives them. */
  private static double[] targets(Operands run, Loss op) {
    double[] targets = run.input(1);
    int count = targets.length / run.dimsX().n();
    for (int i = 0; i < targets.length; i++) {
      op.requireTarget(targets[i], i / count, run.dimsX().c());
    }
    return targets;
  }

  /** The mean over rows of -Σ_k t_k log softmax(x)_k. */
  private static double[] crossEntropy(
      double[] logits, double[] labels, int classes, double smoothing) {
    double[] p = softmax(logits, classes);
    double loss = 0;
    for (int i = 0; i < logits.length; i++) {
      double t = target(i, labels, classes, smoothing);
      loss -= t == 0 ? 0 : t * Math.log(p[i]);
    }
    return new double[] {loss / labels.length};
  }

  /** (softmax(x) - t) / N */
  private static double[] crossEntropyGradient(
      double[] logits, double[] labels, int classes, double smoothing) {
    double[] dx = softmax(logits, classes);
    for (int i = 0; i < dx.length; i++) {
      dx[i] = (dx[i] - target(i, labels, classes, smoothing)) / labels.length;
    }
    return dx;
  }

  /** The mean over rows of -Σ_k t_k log softmax(x)_k. */
  private static double[] softTargets(double[] logits, double[] targets, Dims dims) {
    double[] p = softmax(logits, dims.c());
    double loss = 0;
    for (int i = 0; i < logits.length; i++) {
      loss -= targets[i] == 0 ? 0 : targets[i] * Math.log(p[i]);
    }
    return new double[] {loss / dims.n()};
  }

  /** (softmax(x) Σ_k t_k - t) / N */
  private static double[] softTargetsGradient(double[] logits, double[] targets, Dims dims) {
    double[] dx = softmax(logits, dims.c());
    for (int row = 0; row < dx.length; row += dims.c()) {
      double sum = 0;
      for (int k = row; k < row + dims.c(); k++) {
        sum += targets[k];
      }
      for (int k = row; k < row + dims.c(); k++) {
        dx[k] = (dx[k] * sum - targets[k]) / dims.n();
      }
    }
    return dx;
  }

  private static double target(int index, double[] labels, int classes, double smoothing) {
    boolean hit = index % classes == (int) labels[index / classes];
    return (hit ? 1 - smoothing : 0) + smoothing / classes;
  }
}
