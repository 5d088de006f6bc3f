package org.residuum.backend.reference;

/** Operations that move whole pixels or channels, and means over images. */
final class Pixels {
  private Pixels() {}

  static double[] subsample(double[] x, Dims from, Dims to, int stride) {
    double[] y = new double[to.n() * to.c() * to.pixels()];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[source(i, from, to, stride)];
    }
    return y;
  }

  static double[] subsampleGradient(double[] dy, Dims from, Dims to, int stride) {
    double[] dx = new double[from.n() * from.c() * from.pixels()];
    for (int i = 0; i < dy.length; i++) {
      dx[source(i, from, to, stride)] = dy[i];
    }
    return dx;
  }

  private static int source(int index, Dims from, Dims to, int stride) {
    int plane = index / to.pixels();
    return plane * from.pixels()
        + index / to.w() % to.h() * stride * from.w()
        + index % to.w() * stride;
  }

  /**
   * Channels {@code shift..} of x land at channel 0 of y (shift > 0: slice) or further in (shift <
   * 0: zero pad).
   */
  static double[] shiftChannels(double[] x, Dims from, Dims to, int shift) {
    double[] y = new double[to.n() * to.c() * to.pixels()];
    for (int n = 0; n < to.n(); n++) {
      for (int c = 0; c < to.c(); c++) {
        if (c + shift >= 0 && c + shift < from.c()) {
          System.arraycopy(x, from.at(n, c + shift, 0, 0), y, to.at(n, c, 0, 0), to.pixels());
        }
      }
    }
    return y;
  }

  static double[] mean(double[] x, Dims from) {
    double[] y = new double[from.n() * from.c()];
    for (int i = 0; i < x.length; i++) {
      y[i / from.pixels()] += x[i] / from.pixels();
    }
    return y;
  }

  static double[] meanGradient(double[] dy, Dims from) {
    double[] dx = new double[from.n() * from.c() * from.pixels()];
    for (int i = 0; i < dx.length; i++) {
      dx[i] = dy[i / from.pixels()] / from.pixels();
    }
    return dx;
  }
}
