package org.residuum.backend.reference;

import org.residuum.backend.lower.OpTable;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Window;

/**
 * Convolutions (N, C, H, W) and their gradients; a dense layer is one of 1×1 on images of one
 * pixel.
 */
final class Products {
  /** One product of a convolution: indices into x, weight and y. */
  private interface Term {
    void add(int x, int weight, int y);
  }

  private Products() {}

  static void enter(OpTable<Operands> ops) {
    ops.add(Conv2d.class)
        .forward((run, node, op) -> run.result(forward(run, op)))
        .inputGradient((run, node, op) -> run.result(inputGradient(run, op)))
        .weightGradient((run, node, op) -> run.result(weightGradients(run, op)));
    ops.add(Dense.class)
        .forward((run, node, op) -> run.result(forward(run, asConvolution(op))))
        .inputGradient((run, node, op) -> run.result(inputGradient(run, asConvolution(op))))
        .weightGradient((run, node, op) -> run.result(weightGradients(run, asConvolution(op))));
  }

  private static Conv2d asConvolution(Dense dense) {
    return new Conv2d(
        dense.outFeatures(), Window.square(1, 1, 0), 1, dense.bias(), dense.epilogue());
  }

  /** activation(Σ w x + b [+ residual]) */
  private static double[] forward(Operands run, Conv2d op) {
    Dims to = run.dimsY();
    double[] x = run.input(0);
    double[] weight = run.parameter(0);
    double[] bias = run.parameter(1);
    double[] y = new double[to.n() * to.c() * to.pixels()];
    for (int i = 0; bias != null && i < y.length; i++) {
      y[i] = bias[i / to.pixels() % to.c()];
    }
    forEachTerm(op, run.dimsX(), to, (at, w, sum) -> y[sum] += weight[w] * x[at]);
    return Pointwise.epilogue(run, op.epilogue(), y);
  }

  private static double[] inputGradient(Operands run, Conv2d op) {
    Dims x = run.dimsX();
    double[] weight = run.parameter(0);
    double[] dy = run.dy();
    double[] dx = new double[x.n() * x.c() * x.pixels()];
    forEachTerm(op, x, run.dimsDy(), (to, w, at) -> dx[to] += weight[w] * dy[at]);
    return dx;
  }

  private static double[][] weightGradients(Operands run, Conv2d op) {
    Window window = op.window();
    Dims from = run.dimsX();
    double[] x = run.input(0);
    double[] dy = run.dy();
    double[] dw =
        new double[op.outChannels() * (from.c() / op.groups()) * window.height() * window.width()];
    forEachTerm(op, from, run.dimsDy(), (at, to, of) -> dw[to] += x[at] * dy[of]);
    return op.bias() ? new double[][] {dw, biasGradient(dy, run.dimsDy())} : new double[][] {dw};
  }

  /** db_c = Σ dy over batch and pixels. */
  private static double[] biasGradient(double[] dy, Dims y) {
    double[] db = new double[y.c()];
    for (int i = 0; i < dy.length; i++) {
      db[i / y.pixels() % y.c()] += dy[i];
    }
    return db;
  }

  private static void forEachTerm(Conv2d op, Dims x, Dims y, Term term) {
    Window.Axis rows = op.window().rows();
    Window.Axis columns = op.window().columns();
    int height = rows.size();
    int width = columns.size();
    int inGroup = x.c() / op.groups();
    int outGroup = y.c() / op.groups();
    for (int n = 0; n < y.n(); n++) {
      for (int out = 0; out < y.c(); out++) {
        for (int row = 0; row < y.h(); row++) {
          for (int column = 0; column < y.w(); column++) {
            int to = y.at(n, out, row, column);
            int firstY = row * rows.stride() - rows.padBefore();
            int firstX = column * columns.stride() - columns.padBefore();
            for (int in = 0; in < inGroup; in++) {
              int channel = out / outGroup * inGroup + in;
              for (int ky = 0; ky < height; ky++) {
                int sy = firstY + ky * rows.dilation();
                for (int kx = 0; kx < width; kx++) {
                  int sx = firstX + kx * columns.dilation();
                  if (x.inside(sy, sx)) {
                    int w = ((out * inGroup + in) * height + ky) * width + kx;
                    term.add(x.at(n, channel, sy, sx), w, to);
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
