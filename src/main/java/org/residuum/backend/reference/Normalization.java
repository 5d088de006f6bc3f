package org.residuum.backend.reference;

import org.residuum.network.op.BatchNorm;

/** Batch normalisation and its gradient (Ioffe and Szegedy 2015). */
final class Normalization {
  private Normalization() {}

  /** The mean and the biased variance of each channel. */
  static double[][] statistics(double[] x, Dims dims) {
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
  static double[] normalize(
      BatchNorm op,
      double[] x,
      Dims dims,
      double[] mean,
      double[] var,
      double[] gamma,
      double[] beta) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = channel(i, dims);
      double normal = (x[i] - mean[c]) / Math.sqrt(var[c] + op.epsilon());
      y[i] = op.activation().apply(gamma[c] * normal + beta[c]);
    }
    return y;
  }

  /** running += momentum (batch - running), the variance unbiased. */
  static void updateRunning(
      BatchNorm op, Dims dims, double[][] batch, double[] mean, double[] var) {
    double count = dims.n() * (double) dims.pixels();
    double unbias = count > 1 ? count / (count - 1) : 1;
    for (int c = 0; c < dims.c(); c++) {
      mean[c] += op.momentum() * (batch[0][c] - mean[c]);
      var[c] += op.momentum() * (batch[1][c] * unbias - var[c]);
    }
  }

  /** dx, dgamma, dbeta; dy already behind the activation. */
  static double[][] gradient(
      BatchNorm op,
      double[] x,
      Dims dims,
      double[] mean,
      double[] var,
      double[] gamma,
      double[] dy) {
    double count = dims.n() * (double) dims.pixels();
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
    return new double[][] {dx, dgamma, dbeta};
  }

  private static int channel(int index, Dims dims) {
    return index / dims.pixels() % dims.c();
  }
}
