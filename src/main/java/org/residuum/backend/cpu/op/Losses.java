package org.residuum.backend.cpu.op;

import java.nio.FloatBuffer;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.lower.ClassLabels;
import org.residuum.backend.lower.OpTable;
import org.residuum.backend.lower.Place;
import org.residuum.network.gradient.SoftmaxCrossEntropyGradient;
import org.residuum.network.op.SoftmaxCrossEntropy;

/** Softmax cross-entropy and its gradient, in Java: the logits of a batch are few. */
final class Losses {
  private Losses() {}

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(SoftmaxCrossEntropy.class)
        .forward((assembly, node, op) -> loss(assembly, op.labelSmoothing()));
    ops.add(SoftmaxCrossEntropyGradient.class)
        .forward((assembly, node, op) -> gradient(assembly, op.labelSmoothing()));
  }

  /** The mean of -Σ_k t_k log softmax(x)_k. */
  private static void loss(CpuAssembly assembly, float smoothing) {
    int rows = (int) assembly.dims(assembly.x())[0];
    int classes = assembly.x().extent(1);
    Place x = assembly.input(0);
    Place labels = assembly.input(1);
    Place loss = assembly.output(0);
    assembly.add(
        memory -> {
          FloatBuffer from = memory.floats(x, (long) rows * classes);
          FloatBuffer label = memory.floats(labels, rows);
          FloatBuffer to = memory.floats(loss, 1);
          return () -> {
            ClassLabels.require(label, rows, classes);
            double sum = 0;
            for (int row = 0; row < rows; row++) {
              sum += rowLoss(from, row * classes, classes, (int) label.get(row), smoothing);
            }
            to.put(0, (float) (sum / rows));
          };
        });
  }

  /** log Σ exp x - Σ_k t_k x_k */
  private static double rowLoss(FloatBuffer x, int start, int classes, int label, float smoothing) {
    double mean = 0;
    for (int k = start; smoothing != 0 && k < start + classes; k++) {
      mean += x.get(k) / (double) classes;
    }
    double target = smoothing * mean + (1 - smoothing) * (double) x.get(start + label);
    return logSumExp(x, start, classes) - target;
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

  /** (softmax(x) - t) / N */
  private static void gradient(CpuAssembly assembly, float smoothing) {
    int rows = (int) assembly.dims(assembly.x())[0];
    int classes = assembly.x().extent(1);
    Place x = assembly.input(0);
    Place labels = assembly.input(1);
    Place dx = assembly.output(0);
    assembly.add(
        memory -> {
          FloatBuffer from = memory.floats(x, (long) rows * classes);
          FloatBuffer label = memory.floats(labels, rows);
          FloatBuffer to = memory.floats(dx, (long) rows * classes);
          return () -> {
            for (int row = 0; row < rows; row++) {
              int start = row * classes;
              double log = logSumExp(from, start, classes);
              for (int k = 0; k < classes; k++) {
                double p = Math.exp(from.get(start + k) - log);
                double t = (k == (int) label.get(row) ? 1 - smoothing : 0) + smoothing / classes;
                to.put(start + k, (float) ((p - t) / rows));
              }
            }
          };
        });
  }
}
