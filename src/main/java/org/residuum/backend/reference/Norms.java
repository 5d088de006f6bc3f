package org.residuum.backend.reference;

import java.util.function.IntUnaryOperator;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.GroupNorm;
import org.residuum.network.op.LayerNorm;

/** Batch normalisation and its gradient (Ioffe and Szegedy 2015). */
final class Norms {
  private Norms() {}

  static void enter(OpTable<Operands> ops) {
    ops.add(BatchNorm.class)
        .forward((run, node, op) -> batchNorm(run, op))
        .inputGradient(
            (run, node, op) -> {
              if (op.training()) {
                batchNormGradient(run, op);
              } else {
                frozenGradient(run, op);
              }
            });
    ops.add(GroupNorm.class)
        .forward((run, node, op) -> normalize(run, groups(run, op), op.epsilon(), op.training()))
        .inputGradient((run, node, op) -> gradient(run, groups(run, op), op.epsilon()));
    ops.add(LayerNorm.class)
        .forward((run, node, op) -> normalize(run, rows(run), op.epsilon(), op.training()))
        .inputGradient((run, node, op) -> gradient(run, rows(run), op.epsilon()));
  }

  /**
   * What is normalised together.
   *
   * @param group that an element belongs to
   * @param channel whose gamma and beta it takes
   */
  private record Groups(int count, IntUnaryOperator group, IntUnaryOperator channel) {}

  private static Groups groups(Operands run, GroupNorm op) {
    Dims x = run.dimsX();
    int length = x.c() / op.groups() * x.pixels();
    return new Groups(x.n() * op.groups(), i -> i / length, i -> channel(i, x));
  }

  private static Groups rows(Operands run) {
    int length = run.parameter(0).length;
    return new Groups(run.input(0).length / length, i -> i / length, i -> i % length);
  }

  /** y, and in training the mean and the biased variance of each group. */
  private static void normalize(Operands run, Groups of, float epsilon, boolean training) {
    double[] x = run.input(0);
    int length = x.length / of.count;
    double[] mean = new double[of.count];
    double[] var = new double[of.count];
    for (int i = 0; i < x.length; i++) {
      mean[of.group.applyAsInt(i)] += x[i] / length;
    }
    for (int i = 0; i < x.length; i++) {
      double d = x[i] - mean[of.group.applyAsInt(i)];
      var[of.group.applyAsInt(i)] += d * d / length;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int g = of.group.applyAsInt(i);
      int c = of.channel.applyAsInt(i);
      double normal = (x[i] - mean[g]) / Math.sqrt(var[g] + epsilon);
      y[i] = run.parameter(0)[c] * normal + run.parameter(1)[c];
    }
    run.result(training ? new double[][] {y, mean, var} : new double[][] {y});
  }

  /**
   * dx = r (g - Σg / n - x̂ Σ(g x̂) / n) with g = gamma dy, x̂ = (x - mean) r and r = 1 / sqrt(var
   * + epsilon), the sums over a group; dgamma = Σ dy x̂ and dbeta = Σ dy over all of a channel.
   */
  private static void gradient(Operands run, Groups of, float epsilon) {
    double[] x = run.input(0);
    double[] dy = run.dy();
    double[] gamma = run.parameter(0);
    double[] normal = new double[x.length];
    double[] dgamma = new double[gamma.length];
    double[] dbeta = new double[gamma.length];
    double[] sum = new double[of.count];
    double[] product = new double[of.count];
    for (int i = 0; i < x.length; i++) {
      int g = of.group.applyAsInt(i);
      int c = of.channel.applyAsInt(i);
      normal[i] = (x[i] - run.input(1)[g]) / Math.sqrt(run.input(2)[g] + epsilon);
      dgamma[c] += dy[i] * normal[i];
      dbeta[c] += dy[i];
      sum[g] += gamma[c] * dy[i];
      product[g] += gamma[c] * dy[i] * normal[i];
    }
    double count = (double) x.length / of.count;
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int g = of.group.applyAsInt(i);
      double own = gamma[of.channel.applyAsInt(i)] * dy[i];
      double centred = own - sum[g] / count - normal[i] * product[g] / count;
      dx[i] = centred / Math.sqrt(run.input(2)[g] + epsilon);
    }
    run.result(dx, dgamma, dbeta);
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

  /** dx = dy gamma / sqrt(var + epsilon) */
  private static void frozenGradient(Operands run, BatchNorm op) {
    Dims dims = run.dimsX();
    double[] dx = run.dy().clone();
    for (int i = 0; i < dx.length; i++) {
      int c = channel(i, dims);
      dx[i] *= run.parameter(0)[c] / Math.sqrt(run.parameter(3)[c] + op.epsilon());
    }
    run.result(dx);
  }

  private static int channel(int index, Dims dims) {
    return index / dims.pixels() % dims.c();
  }
}
