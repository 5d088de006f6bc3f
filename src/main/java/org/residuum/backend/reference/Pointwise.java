package org.residuum.backend.reference;

import org.residuum.backend.lower.OpTable;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.PRelu;

/** Activations, sums and products, element by element. */
final class Pointwise {
  private Pointwise() {}

  static void enter(OpTable<Operands> ops) {
    ops.add(Activate.class)
        .forward((run, node, op) -> run.result(map(run.input(0), op.activation())))
        .inputGradient(
            (run, node, op) -> run.result(gradient(op.activation(), run.input(0), run.dy())));
    ops.add(PRelu.class)
        .forward((run, node, op) -> run.result(prelu(run, run.input(0))))
        .inputGradient((run, node, op) -> run.result(prelu(run, run.dy()), slopeGradient(run)));
    ops.add(Add.class)
        .forward(
            (run, node, op) -> run.result(map(sum(run.input(0), run.input(1)), op.activation())));
    ops.add(Multiply.class)
        .forward((run, node, op) -> run.result(multiply(run.input(0), run.input(1))))
        .inputGradient((run, node, op) -> run.result(multiply(run.input(0), run.dy())));
  }

  /** values · (1 where x is positive, else the slope of its channel); dx of dy, y of x. */
  private static double[] prelu(Operands run, double[] values) {
    double[] x = run.input(0);
    double[] slope = run.parameter(0);
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i] > 0 ? values[i] : values[i] * slope[slopeOf(run, i, slope.length)];
    }
    return y;
  }

  /** Σ x dy where x is not positive. */
  private static double[] slopeGradient(Operands run) {
    double[] x = run.input(0);
    double[] gradient = new double[run.parameter(0).length];
    for (int i = 0; i < x.length; i++) {
      gradient[slopeOf(run, i, gradient.length)] += x[i] > 0 ? 0 : x[i] * run.dy()[i];
    }
    return gradient;
  }

  private static int slopeOf(Operands run, int index, int slopes) {
    return index / run.dimsX().pixels() % slopes;
  }

  /** activation(y + residual), the residual being the second input. */
  static double[] epilogue(Operands run, Epilogue epilogue, double[] y) {
    double[] sum = epilogue.residual() ? sum(y, run.input(1)) : y;
    return map(sum, epilogue.activation());
  }

  static double[] sum(double[] a, double[] b) {
    double[] y = new double[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = a[i] + b[i];
    }
    return y;
  }

  /** b has a's length, or one value for each of a's channels. */
  private static double[] multiply(double[] a, double[] b) {
    double[] y = new double[a.length];
    int run = a.length / b.length;
    for (int i = 0; i < y.length; i++) {
      y[i] = a[i] * b[i / run];
    }
    return y;
  }

  private static double[] map(double[] x, Activation activation) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = activation.apply(x[i]);
    }
    return y;
  }

  static double[] gradient(Activation activation, double[] saved, double[] dy) {
    double[] dx = new double[saved.length];
    for (int i = 0; i < dx.length; i++) {
      dx[i] = dy[i] * activation.derivative(saved[i]);
    }
    return dx;
  }
}
