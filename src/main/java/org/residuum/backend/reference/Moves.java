package org.residuum.backend.reference;

import java.util.List;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Gather;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;

/** Operations that move elements: pixels, channels, or along any axes. */
final class Moves {
  private Moves() {}

  static void enter(OpTable<Operands> ops) {
    ops.add(Reshape.class).forward((run, node, op) -> run.result(run.input(0)));
    ops.add(Subsample.class)
        .forward(
            (run, node, op) ->
                run.result(subsample(run.input(0), run.dimsX(), run.dimsY(), op.stride())))
        .inputGradient(
            (run, node, op) ->
                run.result(subsampleGradient(run.dy(), run.dimsX(), run.dimsDy(), op.stride())));
    ops.add(PadChannels.class)
        .forward(
            (run, node, op) ->
                run.result(shiftChannels(run.input(0), run.dimsX(), run.dimsY(), -op.before())));
    ops.add(SliceChannels.class)
        .forward(
            (run, node, op) ->
                run.result(shiftChannels(run.input(0), run.dimsX(), run.dimsY(), op.from())));
    ops.add(Gather.class)
        .forward((run, node, op) -> run.result(gather(op, run.input(0), run.extents(0))));
    ops.add(Transpose.class)
        .forward(
            (run, node, op) ->
                run.result(
                    transpose(op.permutation(), run.input(0), run.extents(0), run.extents())));
    ops.add(Concat.class).forward((run, node, op) -> run.result(concat(run, op.axis())));
  }

  private static double[] subsample(double[] x, Dims from, Dims to, int stride) {
    double[] y = new double[to.n() * to.c() * to.pixels()];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[source(i, from, to, stride)];
    }
    return y;
  }

  private static double[] subsampleGradient(double[] dy, Dims from, Dims to, int stride) {
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
  private static double[] shiftChannels(double[] x, Dims from, Dims to, int shift) {
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

  private static int product(int[] extents, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= extents[axis];
    }
    return product;
  }

  private static double[] gather(Gather op, double[] x, int[] from) {
    int outer = product(from, 0, op.axis());
    int inner = product(from, op.axis() + 1, from.length);
    List<Integer> indices = op.indices();
    double[] y = new double[outer * indices.size() * inner];
    for (int i = 0; i < y.length; i++) {
      int index = indices.get(i / inner % indices.size());
      int block = i / inner / indices.size();
      y[i] =
          index == Gather.FILL
              ? op.fill()
              : x[(block * from[op.axis()] + index) * inner + i % inner];
    }
    return y;
  }

  private static double[] concat(Operands run, int axis) {
    int[] to = run.extents();
    int inner = product(to, axis + 1, to.length);
    double[] y = new double[product(to, 0, to.length)];
    int first = 0;
    for (int part = 0; part < run.inputs(); part++) {
      double[] x = run.input(part);
      int length = run.extents(part)[axis] * inner;
      for (int i = 0; i < x.length; i++) {
        y[i / length * to[axis] * inner + first + i % length] = x[i];
      }
      first += length;
    }
    return y;
  }

  private static double[] transpose(List<Integer> permutation, double[] x, int[] from, int[] to) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      int source = 0;
      int rest = i;
      for (int axis = to.length - 1; axis >= 0; axis--) {
        int moved = permutation.get(axis);
        source += rest % to[axis] * product(from, moved + 1, from.length);
        rest /= to[axis];
      }
      y[i] = x[source];
    }
    return y;
  }
}
