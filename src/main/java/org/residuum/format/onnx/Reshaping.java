package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Reshape;

/** Reshape, Flatten, Squeeze and Unsqueeze. */
final class Reshaping {
  private Reshaping() {}

  static void enter(Operators operators) {
    operators.reads("Reshape", Reshaping::reshape, "7 2 2", "14 2 2 allowzero:int");
    operators.reads("Flatten", Reshaping::flatten, "7 1 1 axis:int");
    operators.reads("Squeeze", Reshaping::squeeze, "7 1 1 axes:ints", "13 1 2");
    operators.reads("Unsqueeze", Reshaping::unsqueeze, "7 1 1 axes:ints!", "13 2 2");
    operators.writes(Reshape.class, Reshaping::write);
  }

  private static void reshape(Step step) throws FormatException {
    long[] wanted = step.integers(1, "the shape").clone();
    boolean zeroMeansCopy = step.integer("allowzero", 0) == 0;
    int[] from = step.item(0).extents();
    for (int axis = 0; axis < wanted.length; axis++) {
      if (wanted[axis] == 0 && zeroMeansCopy) {
        if (axis >= from.length) {
          throw step.error("the shape copies axis " + axis + ", which x does not have");
        }
        wanted[axis] = from[axis] == Shape.N ? Constant.BATCH : from[axis];
      }
    }
    finish(step, resolve(step, from, wanted));
  }

  /** The extents asked for, -1 filled in; a free batch size stays the first extent. */
  private static int[] resolve(Step step, int[] from, long[] wanted) throws FormatException {
    boolean batched = from.length > 0 && from[0] == Shape.N;
    long elements = product(from, 0);
    int[] to = new int[wanted.length];
    int open = -1;
    long known = 1;
    for (int axis = 0; axis < to.length; axis++) {
      if (axis == 0 && batched && step.graph().isBatch(wanted[0])) {
        to[0] = Shape.N;
      } else if (wanted[axis] == -1 && open < 0) {
        open = axis;
      } else if (wanted[axis] < 0 || wanted[axis] > Integer.MAX_VALUE) {
        throw bad(step, wanted);
      } else {
        to[axis] = (int) wanted[axis];
        known = Math.multiplyExact(known, wanted[axis]);
      }
    }
    if (batched && open == 0 && known == elements) {
      to[0] = Shape.N;
      open = -1;
    }
    if (open >= 0) {
      if (known == 0 || elements % known != 0) {
        throw bad(step, wanted);
      }
      to[open] = Math.toIntExact(elements / known);
      known = elements;
    }
    if (known != elements || (batched && (to.length == 0 || to[0] != Shape.N))) {
      throw bad(step, wanted);
    }
    return to;
  }

  private static FormatException bad(Step step, long[] wanted) {
    String shape = Arrays.toString(wanted).replace(String.valueOf(Constant.BATCH), "N");
    return step.error(
        "x cannot have the shape " + shape + "; a free batch size stays the first extent");
  }

  private static void flatten(Step step) throws FormatException {
    int[] from = step.item(0).extents();
    long stated = step.integer("axis", 1);
    int axis = stated == from.length ? from.length : step.axis(stated, from.length);
    int rows = Math.toIntExact(product(Arrays.copyOf(from, axis), 0));
    int columns = Math.toIntExact(product(from, axis));
    boolean batched = from.length > 0 && from[0] == Shape.N;
    // Of one example alone, (1, F) is what axis 0 gives, too.
    boolean alone = axis == 0 && step.graph().isBatch(1);
    if (batched && (axis == 0 ? !alone : rows != 1)) {
      throw step.error("with a free batch size only axis 1 is supported");
    }
    finish(step, batched ? Shape.N : rows, columns);
  }

  /** Axes are an attribute before opset 13, an input since; none means all extents of 1. */
  private static void squeeze(Step step) throws FormatException {
    int[] from = step.item(0).extents();
    long[] axes = axes(step);
    boolean[] gone = new boolean[from.length];
    for (int i = 0; axes == null && i < from.length; i++) {
      gone[i] = from[i] == 1;
    }
    for (int i = 0; axes != null && i < axes.length; i++) {
      int axis = step.axis(axes[i], from.length);
      if (from[axis] != 1) {
        throw step.error(
            from[axis] == Shape.N
                ? "the free batch axis cannot be squeezed"
                : "axis " + axis + " has " + from[axis] + " elements, only 1 can be squeezed");
      }
      gone[axis] = true;
    }
    List<Integer> to = new ArrayList<>();
    for (int axis = 0; axis < from.length; axis++) {
      if (!gone[axis]) {
        to.add(from[axis]);
      }
    }
    finish(step, to.stream().mapToInt(Integer::intValue).toArray());
  }

  private static void unsqueeze(Step step) throws FormatException {
    int[] from = step.item(0).extents();
    long[] axes = axes(step);
    if (axes == null || from.length + axes.length > 64) {
      throw step.error("it needs a list of axes, 64 in all at most");
    }
    int[] to = new int[from.length + axes.length];
    for (long stated : axes) {
      int axis = step.axis(stated, to.length);
      if (to[axis] == 1) {
        throw step.error("axis " + axis + " is inserted twice");
      }
      to[axis] = 1;
    }
    if (from.length > 0 && from[0] == Shape.N && to[0] == 1) {
      throw step.error("no axis can go before the free batch axis");
    }
    int next = 0;
    for (int axis = 0; axis < to.length; axis++) {
      to[axis] = to[axis] == 1 ? 1 : from[next++];
    }
    finish(step, to);
  }

  private static long[] axes(Step step) throws FormatException {
    return step.has(1) ? step.integers(1, "the axes") : step.integers("axes");
  }

  private static void finish(Step step, int... to) throws FormatException {
    if (step.item(0) instanceof Constant constant) {
      step.result(constant.reshaped(to));
    } else {
      Value x = step.value(0);
      step.result(step.reshape("", x, to));
    }
  }

  /** The product of the extents from an axis on, a free batch size counted as 1. */
  private static long product(int[] extents, int from) {
    long product = 1;
    for (int axis = from; axis < extents.length; axis++) {
      product = Math.multiplyExact(product, extents[axis] == Shape.N ? 1L : extents[axis]);
    }
    return product;
  }

  /** A free batch size is copied, as ONNX's extent 0 says. */
  private static void write(Export to, Node node, Reshape op) {
    Shape shape = op.shape();
    if (shape.isBatched() && shape.rank() == 2) {
      to.finish(node, to.start("Flatten", node).attribute("axis", 1));
      return;
    }
    long[] extents = new long[shape.rank()];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = shape.extent(axis) == Shape.N ? 0 : shape.extent(axis);
    }
    to.finish(node, to.start("Reshape", node).input(to.integers(node.name() + ".shape", extents)));
  }
}
