package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Value;
import org.residuum.network.op.Gather;
import org.residuum.network.op.Op;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Subsample;

/**
 * A chain of slices, pads, gathers and repetitions not yet written as nodes: for each axis the
 * indices taken of {@code base}, {@link Gather#FILL} for the fill, or null for the axis as it is.
 *
 * @param makers the last step that changed each axis
 */
record Selection(Value base, List<int[]> axes, List<Step> makers, float fill) implements Item {
  static Selection of(Value base) {
    int rank = base.shape().rank();
    return new Selection(base, Collections.nCopies(rank, null), Collections.nCopies(rank, null), 0);
  }

  @Override
  public int[] extents() {
    int[] extents = base.shape().toArray();
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = axes.get(axis) == null ? extents[axis] : axes.get(axis).length;
    }
    return extents;
  }

  /** Whether anything in it is filled. */
  private boolean isFilled() {
    return axes.stream().anyMatch(axis -> axis != null && contains(axis, Gather.FILL));
  }

  private static boolean contains(int[] values, int wanted) {
    return Arrays.stream(values).anyMatch(value -> value == wanted);
  }

  /** The indices of one axis taken further; null where the two fills differ. */
  Selection then(Step step, int axis, int[] indices, float newFill) {
    boolean fills = contains(indices, Gather.FILL);
    if (fills && isFilled() && fill != newFill) {
      return null;
    }
    int[] old = axes.get(axis);
    int[] next = indices.clone();
    for (int i = 0; i < next.length && old != null; i++) {
      next[i] = indices[i] == Gather.FILL ? Gather.FILL : old[indices[i]];
    }
    List<int[]> all = new ArrayList<>(axes);
    all.set(axis, isIdentity(next, base.shape().extent(axis)) ? null : next);
    List<Step> steps = new ArrayList<>(makers);
    steps.set(axis, step);
    return new Selection(base, all, steps, fills ? newFill : fill);
  }

  static boolean isIdentity(int[] indices, int extent) {
    return indices.length == extent && isRun(indices, 0, 0, extent, 1);
  }

  /** Whether {@code count} indices from place {@code at} on are first, first + step, ... */
  private static boolean isRun(int[] indices, int at, int first, int count, int step) {
    for (int i = 0; i < count; i++) {
      if (indices[at + i] != first + i * step) {
        return false;
      }
    }
    return true;
  }

  /** Zero rows and columns around images: top, left, bottom, right; null if it is anything else. */
  int[] asPadding() {
    if (axes.size() != 4 || axes.get(0) != null || axes.get(1) != null || fill != 0) {
      return null;
    }
    int[] y = padding(2);
    int[] x = padding(3);
    return y == null || x == null ? null : new int[] {y[0], x[0], y[1], x[1]};
  }

  /** The fill before and after a whole axis; null if it is anything else. */
  private int[] padding(int axis) {
    int[] indices = axes.get(axis);
    int extent = base.shape().extent(axis);
    if (indices == null) {
      return new int[] {0, 0};
    }
    int before = 0;
    while (before < indices.length && indices[before] == Gather.FILL) {
      before++;
    }
    int after = indices.length - before - extent;
    boolean pads =
        after >= 0
            && isRun(indices, before, 0, extent, 1)
            && isRun(indices, before + extent, Gather.FILL, after, 0);
    return pads ? new int[] {before, after} : null;
  }

  /** The nodes that do it, appended under the names of the steps that asked for them. */
  Value emit() throws FormatException {
    Value value = base;
    List<int[]> left = new ArrayList<>(axes);
    int stride = left.size() == 4 ? commonStride() : 0;
    if (stride > 0) {
      value = makers.get(2).append("", new Subsample(stride), value);
      left.set(2, null);
      left.set(3, null);
    }
    for (int axis = 0; axis < left.size(); axis++) {
      if (left.get(axis) != null) {
        value = makers.get(axis).append("", along(axis, left.get(axis)), value);
      }
    }
    return value;
  }

  private int commonStride() {
    int stride = stride(2);
    return stride == stride(3) ? stride : 0;
  }

  /** s where the axis takes every s-th index from 0, s > 1; 0 if it does anything else. */
  private int stride(int axis) {
    int[] indices = axes.get(axis);
    if (indices == null || indices.length < 2 || indices[0] != 0 || indices[1] < 2) {
      return 0;
    }
    int stride = indices[1];
    int extent = base.shape().extent(axis);
    boolean whole = indices.length == (extent + stride - 1) / stride;
    return whole && isRun(indices, 0, 0, indices.length, stride) ? stride : 0;
  }

  private Op along(int axis, int[] indices) {
    if (axis == 1 && axes.size() == 4 && indices.length > 0) {
      int[] padding = fill == 0 ? padding(1) : null;
      if (padding != null) {
        return new PadChannels(padding[0], padding[1]);
      }
      if (indices[0] >= 0 && isRun(indices, 0, indices[0], indices.length, 1)) {
        return new SliceChannels(indices[0], indices.length);
      }
    }
    return new Gather(axis, Arrays.stream(indices).boxed().toList(), fill);
  }
}
