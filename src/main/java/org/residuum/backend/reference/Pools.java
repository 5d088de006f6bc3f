package org.residuum.backend.reference;

import org.residuum.backend.lower.OpTable;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;

/** Maximum and average pooling and their gradients. */
final class Pools {
  private Pools() {}

  static void enter(OpTable<Operands> ops) {
    ops.add(Pool2d.class)
        .forward((run, node, op) -> run.result(forward(op, run.input(0), run.dimsX(), run.dimsY())))
        .inputGradient(
            (run, node, op) ->
                run.result(gradient(op, run.input(0), run.dy(), run.dimsX(), run.dimsDy())));
    ops.add(GlobalAveragePool.class)
        .forward((run, node, op) -> run.result(mean(run.input(0), run.dimsX())))
        .inputGradient((run, node, op) -> run.result(meanGradient(run.dy(), run.dimsX())));
  }

  private static double[] forward(Pool2d op, double[] x, Dims dx, Dims dy) {
    double[] y = new double[dy.n() * dy.c() * dy.pixels()];
    for (int i = 0; i < y.length; i++) {
      View view = new View(op, i, dx, dy);
      y[i] = op.kind() == Pool2d.Kind.MAX ? x[view.argMax(x)] : view.sum(x) / view.divisor();
    }
    return y;
  }

  /** Of equal maxima the first in scan order receives the gradient (PyTorch's rule). */
  private static double[] gradient(Pool2d op, double[] x, double[] dy, Dims dimsX, Dims dimsY) {
    double[] dx = new double[dimsX.n() * dimsX.c() * dimsX.pixels()];
    for (int i = 0; i < dy.length; i++) {
      View view = new View(op, i, dimsX, dimsY);
      if (op.kind() == Pool2d.Kind.MAX) {
        dx[view.argMax(x)] += dy[i];
      } else {
        view.spread(dx, dy[i] / view.divisor());
      }
    }
    return dx;
  }

  private static double[] mean(double[] x, Dims from) {
    double[] y = new double[from.n() * from.c()];
    for (int i = 0; i < x.length; i++) {
      y[i / from.pixels()] += x[i] / from.pixels();
    }
    return y;
  }

  private static double[] meanGradient(double[] dy, Dims from) {
    double[] dx = new double[from.n() * from.c() * from.pixels()];
    for (int i = 0; i < dx.length; i++) {
      dx[i] = dy[i / from.pixels()] / from.pixels();
    }
    return dx;
  }

  /** The window of one output element. */
  private static final class View {
    private final Window window;
    private final boolean countPadding;
    private final Dims x;
    private final int plane;
    private final int top;
    private final int left;

    View(Pool2d op, int output, Dims x, Dims y) {
      this.window = op.window();
      this.countPadding = op.countPadding();
      this.x = x;
      this.plane = output / y.pixels() * x.pixels();
      this.top = output / y.w() % y.h() * window.strideY() - window.padTop();
      this.left = output % y.w() * window.strideX() - window.padLeft();
    }

    private interface Visitor {
      void visit(int index);
    }

    private void forEach(Visitor visitor) {
      for (int ky = 0; ky < window.height(); ky++) {
        for (int kx = 0; kx < window.width(); kx++) {
          int row = top + ky * window.dilationY();
          int column = left + kx * window.dilationX();
          if (x.inside(row, column)) {
            visitor.visit(plane + row * x.w() + column);
          }
        }
      }
    }

    int argMax(double[] values) {
      int[] best = {-1};
      forEach(
          index -> {
            if (best[0] < 0 || values[index] > values[best[0]] || Double.isNaN(values[index])) {
              best[0] = index;
            }
          });
      return best[0];
    }

    double sum(double[] values) {
      double[] sum = {0};
      forEach(index -> sum[0] += values[index]);
      return sum[0];
    }

    void spread(double[] values, double share) {
      forEach(index -> values[index] += share);
    }

    /**
     * Pixels seen; with counted padding those of the window that lie in the padded image (PyTorch's
     * rule).
     */
    int divisor() {
      if (!countPadding) {
        int[] seen = {0};
        forEach(index -> seen[0]++);
        return seen[0];
      }
      return within(top, window.height(), window.dilationY(), x.h() + window.padBottom())
          * within(left, window.width(), window.dilationX(), x.w() + window.padRight());
    }

    private static int within(int start, int size, int dilation, int end) {
      int count = 0;
      for (int k = 0; k < size; k++) {
        count += start + k * dilation < end ? 1 : 0;
      }
      return count;
    }
  }
}
