package org.residuum.backend.reference;

import org.residuum.backend.lower.ClassLabels;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.gradient.SoftmaxCrossEntropyGradient;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.SoftmaxCrossEntropy;

/** Softmax and softmax cross-entropy on rows of {@code classes} values. */
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
                        run.input(0), run.input(1), run.dimsX().c(), op.labelSmoothing())));
    ops.add(SoftmaxCrossEntropyGradient.class)
        .forward(
            (run, node, op) ->
                run.result(
                    crossEntropyGradient(
                        run.input(0), run.input(1), run.dimsX().c(), op.labelSmoothing())));
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

  /** The mean over rows of -Σ_k t_k log softmax(x)_k. */
  private static double[] crossEntropy(
      double[] logits, double[] labels, int classes, double smoothing) {
    for (int row = 0; row < labels.length; row++) {
      ClassLabels.require(labels[row], row, classes);
    }
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

  private static double target(int index, double[] labels, int classes, double smoothing) {
    boolean hit = index % classes == (int) labels[index / classes];
    return (hit ? 1 - smoothing : 0) + smoothing / classes;
  }
}
