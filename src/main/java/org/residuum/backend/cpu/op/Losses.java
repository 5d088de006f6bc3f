package org.residuum.backend.cpu.op;

import java.nio.FloatBuffer;
import java.util.function.Function;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.lower.OpTable;
import org.residuum.backend.lower.Place;
import org.residuum.backend.lower.Targets;
import org.residuum.network.Node;
import org.residuum.network.loss.Loss;
import org.residuum.network.loss.PointwiseLoss;
import org.residuum.network.loss.SoftTargetCrossEntropy;
import org.residuum.network.loss.SoftmaxCrossEntropy;

/** Losses and their gradients, in Java: the outputs (N, C) of a batch are few. */
final class Losses {
  private Losses() {}

  static void enter(OpTable<CpuAssembly> ops) {
    enter(ops, SoftmaxCrossEntropy.class, op -> new Labels(op.labelSmoothing()));
    enter(ops, SoftTargetCrossEntropy.class, op -> new SoftTargets());
    enter(ops, PointwiseLoss.class, op -> new Pointwise(op.kind()));
  }

  /** What a loss computes of an example; a row of the outputs x starts at {@code row · classes}. */
  private interface Rows {
    double loss(FloatBuffer x, FloatBuffer targets, int row, int classes);

    /** Puts the row of dx, which is that of the loss divided by {@code rows}. */
    void gradient(
        FloatBuffer x, FloatBuffer targets, int row, int classes, int rows, FloatBuffer dx);
  }

  private static <O extends Loss> void enter(
      OpTable<CpuAssembly> ops, Class<O> loss, Function<O, Rows> of) {
    ops.add(loss)
        .forward((assembly, node, op) -> loss(assembly, node, of.apply(op)))
        .inputGradient((assembly, node, op) -> gradient(assembly, of.apply(op)));
  }

  /** The mean over the rows. */
  private static void loss(CpuAssembly assembly, Node node, Rows op) {
    int rows = (int) assembly.dims(assembly.x())[0];
    Targets given = Targets.of(node);
    Place x = assembly.input(0);
    Place targets = assembly.input(1);
    Place loss = assembly.output(0);
    assembly.add(
        memory -> {
          FloatBuffer from = memory.floats(x, (long) rows * given.classes());
          FloatBuffer target = memory.floats(targets, (long) rows * given.count());
          FloatBuffer to = memory.floats(loss, 1);
          return () -> {
            given.require(target, rows);
            double sum = 0;
            for (int row = 0; row < rows; row++) {
              sum += op.loss(from, target, row, given.classes());
            }
            to.put(0, (float) (sum / rows));
          };
        });
  }

  private static void gradient(CpuAssembly assembly, Rows op) {
    int rows = (int) assembly.dims(assembly.x())[0];
    int classes = assembly.x().extent(1);
    long count = assembly.node().inputs().get(1).shape().elements();
    Place x = assembly.input(0);
    Place targets = assembly.input(1);
    Place dx = assembly.output(0);
    assembly.add(
        memory -> {
          FloatBuffer from = memory.floats(x, (long) rows * classes);
          FloatBuffer target = memory.floats(targets, rows * count);
          FloatBuffer to = memory.floats(dx, (long) rows * classes);
          return () -> {
            for (int row = 0; row < rows; row++) {
              op.gradient(from, target, row, classes, rows, to);
            }
          };
        });
  }

  private static double logSumExp(FloatBuffer x, int start, int classes) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = start; k < start + classes; k++) {
      max = Math.max(max, x.get(k));
    }
    double sum = 0;
    for (int k = start; k < start + classes; k++) {
      sum += Math.exp(x.get(k) - max);
    }
    return max + Math.log(sum);
  }

  /** Of class numbers, with t_k = (1 - s) [k = label] + s / C. */
  private record Labels(float smoothing) implements Rows {
    /** log Σ exp x - Σ_k t_k x_k */
    @Override
    public double loss(FloatBuffer x, FloatBuffer labels, int row, int classes) {
      int start = row * classes;
      double mean = 0;
      for (int k = start; smoothing != 0 && k < start + classes; k++) {
        mean += x.get(k) / (double) classes;
      }
      int label = (int) labels.get(row);
      double target = smoothing * mean + (1 - smoothing) * (double) x.get(start + label);
      return logSumExp(x, start, classes) - target;
    }

    /** (softmax(x) - t) / N */
    @Override
    public void gradient(
        FloatBuffer x, FloatBuffer labels, int row, int classes, int rows, FloatBuffer dx) {
      int start = row * classes;
      double log = logSumExp(x, start, classes);
      for (int k = 0; k < classes; k++) {
        double p = Math.exp(x.get(start + k) - log);
        double t = (k == (int) labels.get(row) ? 1 - smoothing : 0) + smoothing / classes;
        dx.put(start + k, (float) ((p - t) / rows));
      }
    }
  }

  /** Of a target t_k for each class. */
  private record SoftTargets() implements Rows {
    /** Σ_k t_k (log Σ exp x - x_k) */
    @Override
    public double loss(FloatBuffer x, FloatBuffer targets, int row, int classes) {
      int start = row * classes;
      double log = logSumExp(x, start, classes);
      double loss = 0;
      for (int k = start; k < start + classes; k++) {
        double t = targets.get(k);
        loss += t == 0 ? 0 : t * (log - x.get(k));
      }
      return loss;
    }

    /** (softmax(x) Σ_k t_k - t) / N */
    @Override
    public void gradient(
        FloatBuffer x, FloatBuffer targets, int row, int classes, int rows, FloatBuffer dx) {
      int start = row * classes;
      double log = logSumExp(x, start, classes);
      double sum = 0;
      for (int k = start; k < start + classes; k++) {
        sum += targets.get(k);
      }
      for (int k = start; k < start + classes; k++) {
        double p = Math.exp(x.get(k) - log);
        dx.put(k, (float) ((p * sum - targets.get(k)) / rows));
      }
    }
  }

  /** Of each output alone, the mean over the outputs. */
  private record Pointwise(PointwiseLoss.Kind kind) implements Rows {
    @Override
    public double loss(FloatBuffer x, FloatBuffer targets, int row, int classes) {
      double sum = 0;
      for (int k = row * classes; k < (row + 1) * classes; k++) {
        sum += kind.value(x.get(k), targets.get(k));
      }
      return sum / classes;
    }

    /** ℓ'(x, t) / (N C) */
    @Override
    public void gradient(
        FloatBuffer x, FloatBuffer targets, int row, int classes, int rows, FloatBuffer dx) {
      double n = (double) rows * classes;
      for (int k = row * classes; k < (row + 1) * classes; k++) {
        dx.put(k, (float) (kind.derivative(x.get(k), targets.get(k)) / n));
      }
    }
  }
}
