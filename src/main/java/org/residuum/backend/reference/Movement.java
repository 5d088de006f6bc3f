package org.residuum.backend.reference;

import java.util.List;
import org.residuum.network.op.Gather;

/** Operations that move elements along any axes of tensors of any rank. */
final class Movement {
  private Movement() {}

  private static int product(int[] extents, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= extents[axis];
    }
    return product;
  }

  static double[] gather(Gather op, double[] x, int[] from) {
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

  static double[] concat(int axis, List<double[]> parts, List<int[]> from, int[] to) {
    int inner = product(to, axis + 1, to.length);
    double[] y = new double[product(to, 0, to.length)];
    int first = 0;
    for (int part = 0; part < parts.size(); part++) {
      int run = from.get(part)[axis] * inner;
      for (int i = 0; i < parts.get(part).length; i++) {
        y[i / run * to[axis] * inner + first + i % run] = parts.get(part)[i];
      }
      first += run;
    }
    return y;
  }

  static double[] transpose(List<Integer> permutation, double[] x, int[] from, int[] to) {
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
