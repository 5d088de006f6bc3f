package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Value;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.Transpose;

/** Softmax along any axis. */
final class Softmaxes {
  private Softmaxes() {}

  static void enter(Operators operators) {
    operators.reads("Softmax", Softmaxes::softmax, "7 1 1 axis:int");
    operators.writes(
        Softmax.class,
        (to, node, op) -> to.finish(node, to.start("Softmax", node).attribute("axis", 1)));
  }

  /** Before opset 13 over all axes from {@code axis} on at once, since then over one. */
  private static void softmax(Step step) throws FormatException {
    Value x = step.value(0);
    int[] e = x.shape().toArray();
    int axis = step.axis(step.integer("axis", step.opset() < 13 ? 1 : -1), e.length);
    if (x.shape().isBatched() && axis == 0) {
      throw step.error("softmax over a free batch size is not supported");
    }
    if (step.opset() < 13) {
      step.result(rows(step, x, product(e, 0, axis), product(e, axis, e.length)));
      return;
    }
    boolean last = product(e, axis + 1, e.length) == 1;
    if (last || x.shape().isBatched() && x.shape().elements() == e[axis]) {
      step.result(rows(step, x, product(e, 0, axis), product(e, axis, e.length)));
      return;
    }
    int[] order = lastAxis(e.length, axis);
    Value turned = step.append("turn", new Transpose(boxed(order)), x);
    Value y = rows(step, turned, product(e, 0, e.length) / e[axis], e[axis]);
    step.result(step.append("back", new Transpose(boxed(inverse(order))), y));
  }

  /** Softmax over rows of a matrix, the shape of x restored. */
  private static Value rows(Step step, Value x, int rows, int columns) throws FormatException {
    boolean batched = x.shape().isBatched();
    if (batched && columns != x.shape().elements()) {
      throw step.error("with a free batch size only softmax over all of an example is supported");
    }
    Value matrix = step.reshape("rows", x, batched ? -1 : rows, columns);
    Value y = step.append("", new Softmax(), matrix);
    return step.reshape("reshape", y, x.shape().toArray());
  }

  private static int product(int[] extents, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product = Math.multiplyExact(product, Math.abs(extents[axis]));
    }
    return product;
  }

  private static int[] lastAxis(int rank, int axis) {
    int[] order = new int[rank];
    int at = 0;
    for (int i = 0; i < rank; i++) {
      if (i != axis) {
        order[at++] = i;
      }
    }
    order[at] = axis;
    return order;
  }

  private static int[] inverse(int[] order) {
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[order[i]] = i;
    }
    return inverse;
  }

  private static List<Integer> boxed(int[] values) {
    List<Integer> list = new ArrayList<>();
    for (int value : values) {
      list.add(value);
    }
    return list;
  }
}
