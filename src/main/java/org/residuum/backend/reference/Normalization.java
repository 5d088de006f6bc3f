package org.residuum.backend.reference;

import org.residuum.backend.lower.OpTable;
import org.residuum.network.op.BatchNorm;

/** Batch normalisation and its gradient (Ioffe and Szegedy 2015). */
final class Normalization {
  private Normalization() {}

  static void enter(OpTable<Operands> ops) {
    ops.add(BatchNorm.class)
        .forward((run, node, op) -> batchNorm(run, op))
        .inputGradient((run, node, op) -> batchNormGradient(run, op));
  }

  private static void batchNorm(Operands run, BatchNorm op) {
    double[][] running = {run.parameter(2), run.parameter(3)};
    if (!op.training()) {
      run.result(normalize(run, op, running));
      return;
    }
    double[][] own = statistics(run.input(0), run.dimsX());
    updateRunning(op, run.dimsX(), own, running);
    run.result(normalize(run, op, own), own[0], own[1]);
  }

  /** The mean and the biased variance of each channel. */
  private static double[][] statistics(double[] x, Dims dims) {
    int count = dims.n() * dims.pixels();
    double[] mean = new double[dims.c()];
    double[] var = new double[dims.c()];
    for (int i = 0; i < x.length; i++) {
      mean[channel(i, dims)] += x[i] / count;
    }
    for (int i = 0; i < x.length; i++) {
      double d = x[i] - mean[channel(i, dims)];
      var[channel(i, dims)] += d * d / count;
    }
    return new double[][] {mean, var};
  }

  /** y = activation(gamma (x - mean) / sqrt(var + epsilon) + beta) */
  private static double[] normalize(Operands run, BatchNorm op, double[][] statistics) {
    Dims dims = run.dimsX();
    double[] x = run.input(0);
    double[] gamma = run.parameter(0);
    double[] beta = run.parameter(1);
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = channel(i, dims);
      double normal = (x[i] - statistics[0][c]) / Math.sqrt(statistics[1][c] + op.epsilon());
      y[i] = op.activation().apply(gamma[c] * normal + beta[c]);
    }
    return y;
  }

  /** running += momentum (batch - running), the variance unbiased. */
  private static void updateRunning(BatchNorm op, Dims dims, double[][] batch, double[][] running) {
    double count = dims.n() * (double) dims.pixels();
    double unbias = count > 1 ? count / (count - 1) : 1;
    for (int c = 0; c < dims.c(); c++) {
      running[0][c] += op.momentum() * (batch[0][c] - running[0][c]);
      running[1][c] += op.momentum() * (batch[1][c] * unbias - running[1][c]);
    }
  }

  /** dx, dgamma, dbeta. */
  private static void batchNormGradient(Operands run, BatchNorm op) {
    Dims dims = run.dimsX();
    double count = dims.n() * (double) dims.pixels();
    double[] x = run.input(0);
    double[] mean = run.input(1);
    double[] var = run.input(2);
    double[] gamma = run.parameter(0);
    double[] dy =
        op.isFused() ? Pointwise.gradient(op.activation(), run.input(3), run.dy()) : run.dy();
    double[] dgamma = new double[dims.c()];
    double[] dbeta = new double[dims.c()];
    for (int i = 0; i < x.length; i++) {
      int c = channel(i, dims);
      dgamma[c] += dy[i] * (x[i] - mean[c]) / Math.sqrt(var[c] + op.epsilon());
      dbeta[c] += dy[i];
    }
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = channel(i, dims);
      double deviation = Math.sqrt(var[c] + op.epsilon());
      double normal = (x[i] - mean[c]) / deviation;
      dx[i] = gamma[c] / deviation * (dy[i] - dbeta[c] / count - normal * dgamma[c] / count);
    }
    run.result(dx, dgamma, dbeta);
  }

  private static int channel(int index, Dims dims) {
    return index / dims.pixels() % dims.c();
  }
}
