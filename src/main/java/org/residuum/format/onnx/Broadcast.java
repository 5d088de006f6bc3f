package org.residuum.format.onnx;

import java.util.Arrays;
import org.residuum.format.FormatException;
import org.residuum.network.Value;

/** NumPy's rule: shapes are aligned at their ends, and an extent of 1 is repeated. */
final class Broadcast {
  private Broadcast() {}

  /** Ones put in front until there are {@code rank} extents. */
  static int[] aligned(int[] extents, int rank) {
    int[] aligned = new int[rank];
    Arrays.fill(aligned, 1);
    System.arraycopy(extents, 0, aligned, rank - extents.length, extents.length);
    return aligned;
  }

  /** The common extents of two shapes. */
  static int[] extents(Step step, int[] a, int[] b) throws FormatException {
    int rank = Math.max(a.length, b.length);
    int[] left = aligned(a, rank);
    int[] right = aligned(b, rank);
    int[] to = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      if (left[axis] != right[axis] && left[axis] != 1 && right[axis] != 1) {
        throw step.error("the shapes differ on axis " + axis + " and neither extent is 1");
      }
      to[axis] = left[axis] == 1 ? right[axis] : left[axis];
    }
    return to;
  }

  static Constant constant(Step step, Constant c, int[] to) throws FormatException {
    if (Arrays.equals(c.extents(), to)) {
      return c;
    }
    Constant wide = c.reshaped(aligned(c.extents(), to.length));
    int[] strides = wide.strides();
    Constant.elements(to, step.title(), step.graph().budget());
    int[][] source = new int[to.length][];
    for (int axis = 0; axis < to.length; axis++) {
      source[axis] = new int[to[axis]];
      for (int i = 0; i < to[axis]; i++) {
        source[axis][i] = wide.extents()[axis] == 1 ? 0 : i * strides[axis];
      }
    }
    return wide.moved(source, null, step.graph().budget(), step.title());
  }

  static Value value(Step step, Value x, int[] to) throws FormatException {
    int[] from = x.shape().toArray();
    if (Arrays.equals(from, to)) {
      return x;
    }
    if (x.shape().isBatched() && (from.length != to.length)) {
      throw step.error("the free batch axis of " + x.shape() + " must stay the first");
    }
    if (to.length > 0 && to[0] < 0 && !x.shape().isBatched()) {
      throw step.error(x.shape() + " cannot be repeated for a free batch size");
    }
    Value aligned = step.reshape("align" + x.id(), x, aligned(from, to.length));
    Selection wide = Selection.of(aligned);
    for (int axis = 0; axis < to.length; axis++) {
      if (aligned.shape().extent(axis) != to[axis]) {
        step.graph().budget().charge(4L * to[axis], step.title());
        wide = wide.then(step, axis, new int[to[axis]], 0);
      }
    }
    return wide.emit();
  }
}
