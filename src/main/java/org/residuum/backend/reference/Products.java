package org.residuum.backend.reference;

import org.residuum.network.op.Conv2d;
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

  /** y = Σ w x + b, before the epilogue. */
  static double[] forward(Conv2d op, double[] x, Dims dx, double[] weight, double[] bias, Dims dy) {
    double[] y = new double[dy.n() * dy.c() * dy.pixels()];
    for (int i = 0; bias != null && i < y.length; i++) {
      y[i] = bias[i / dy.pixels() % dy.c()];
    }
    forEachTerm(op, dx, dy, (at, w, to) -> y[to] += weight[w] * x[at]);
    return y;
  }

  static double[] inputGradient(Conv2d op, double[] weight, double[] dy, Dims x, Dims y) {
    double[] dx = new double[x.n() * x.c() * x.pixels()];
    forEachTerm(op, x, y, (to, w, at) -> dx[to] += weight[w] * dy[at]);
    return dx;
  }

  static double[] weightGradient(Conv2d op, double[] x, double[] dy, Dims dimsX, Dims dimsY) {
    Window window = op.window();
    double[] dw =
        new double[op.outChannels() * (dimsX.c() / op.groups()) * window.height() * window.width()];
    forEachTerm(op, dimsX, dimsY, (at, to, from) -> dw[to] += x[at] * dy[from]);
    return dw;
  }

  /** db_c = Σ dy over batch and pixels. */
  static double[] biasGradient(double[] dy, Dims y) {
    double[] db = new double[y.c()];
    for (int i = 0; i < dy.length; i++) {
      db[i / y.pixels() % y.c()] += dy[i];
    }
    return db;
  }

  private static void forEachTerm(Conv2d op, Dims x, Dims y, Term term) {
    Window window = op.window();
    int inGroup = x.c() / op.groups();
    int outGroup = y.c() / op.groups();
    for (int n = 0; n < y.n(); n++) {
      for (int out = 0; out < y.c(); out++) {
        for (int row = 0; row < y.h(); row++) {
          for (int column = 0; column < y.w(); column++) {
            int to = y.at(n, out, row, column);
            for (int in = 0; in < inGroup; in++) {
              int channel = out / outGroup * inGroup + in;
              for (int ky = 0; ky < window.height(); ky++) {
                for (int kx = 0; kx < window.width(); kx++) {
                  int sy = row * window.strideY() - window.padTop() + ky * window.dilationY();
                  int sx = column * window.strideX() - window.padLeft() + kx * window.dilationX();
                  if (x.inside(sy, sx)) {
                    int w = ((out * inGroup + in) * window.height() + ky) * window.width() + kx;
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
