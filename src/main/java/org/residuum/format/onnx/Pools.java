package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Op;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;

/** Pooling over windows and whole images, and means over any axes. */
final class Pools {
  private Pools() {}

  static void enter(Operators operators) {
    operators.reads(
        "MaxPool",
        Pools::maxPool,
        "7 1 1 auto_pad:string kernel_shape:ints! pads:ints strides:ints",
        "8 1 1 auto_pad:string kernel_shape:ints! pads:ints storage_order:int strides:ints",
        "10 1 1 auto_pad:string ceil_mode:int dilations:ints kernel_shape:ints! pads:ints"
            + " storage_order:int strides:ints");
    operators.reads(
        "AveragePool",
        Pools::averagePool,
        "7 1 1 auto_pad:string count_include_pad:int kernel_shape:ints! pads:ints strides:ints",
        "10 1 1 auto_pad:string ceil_mode:int count_include_pad:int kernel_shape:ints! pads:ints"
            + " strides:ints",
        "19 1 1 auto_pad:string ceil_mode:int count_include_pad:int dilations:ints"
            + " kernel_shape:ints! pads:ints strides:ints");
    operators.reads("GlobalAveragePool", Pools::globalAveragePool, "7 1 1");
    operators.reads("GlobalMaxPool", Pools::globalMaxPool, "7 1 1");
    operators.reads(
        "ReduceMean",
        Pools::reduceMean,
        "7 1 1 axes:ints keepdims:int",
        "18 1 2 keepdims:int noop_with_empty_axes:int");
    operators.writes(Pool2d.class, Pools::write);
    operators.writes(
        GlobalAveragePool.class,
        (to, node, op) -> to.finish(node, to.start("GlobalAveragePool", node)));
  }

  private static void maxPool(Step step) throws FormatException {
    pool(step, Pool2d.Kind.MAX, false);
  }

  private static void averagePool(Step step) throws FormatException {
    pool(step, Pool2d.Kind.AVERAGE, step.integer("count_include_pad", 0) != 0);
  }

  private static void pool(Step step, Pool2d.Kind kind, boolean countPadding)
      throws FormatException {
    long[] kernel = step.integers("kernel_shape");
    if (kernel == null || kernel.length < 1 || kernel.length > 2) {
      throw step.error("only pooling over one or two axes is supported; kernel_shape is needed");
    }
    for (long extent : kernel) {
      if (extent < 1 || extent > Integer.MAX_VALUE / 2) {
        throw step.error("kernel_shape " + extent + " is outside 1..2^30");
      }
    }
    Value x = Images.of(step, step.value(0), kernel.length);
    boolean ceil = step.integer("ceil_mode", 0) != 0;
    Window window = Windows.of(step, kernel, x.shape().toArray(), ceil);
    boolean whole = kind == Pool2d.Kind.AVERAGE && coversWhole(window, x.shape());
    Op op = whole ? new GlobalAveragePool() : new Pool2d(kind, window, countPadding, ceil);
    step.result(Images.back(step, step.append("", op, x), kernel.length));
  }

  /** Whether the one window is the whole image. */
  private static boolean coversWhole(Window window, Shape x) {
    Window plain = Window.of(x.extent(2), x.extent(3));
    return Window.of(window.height(), window.width())
        .pad(window.padTop(), window.padLeft(), window.padBottom(), window.padRight())
        .dilation(window.dilationY(), window.dilationX())
        .equals(plain);
  }

  private static void globalAveragePool(Step step) throws FormatException {
    Value x = images(step);
    Value y = step.append("", new GlobalAveragePool(), x);
    step.result(step.reshape("reshape", y, ones(step.value(0).shape())));
  }

  private static void globalMaxPool(Step step) throws FormatException {
    Value x = images(step);
    Window window = Window.of(x.shape().extent(2), x.shape().extent(3));
    Value y = step.append("", Pool2d.max(window), x);
    step.result(step.reshape("reshape", y, ones(step.value(0).shape())));
  }

  /** x as images, whatever the number of its inner axes. */
  private static Value images(Step step) throws FormatException {
    Value x = step.value(0);
    int[] e = x.shape().toArray();
    if (e.length < 3) {
      throw step.error("x must be (N, C, ...)");
    }
    int pixels = 1;
    for (int axis = 2; axis < e.length; axis++) {
      pixels *= e[axis];
    }
    return e.length == 4 ? x : step.reshape("images", x, e[0], e[1], pixels, 1);
  }

  /** (N, C, 1, 1, ...) */
  private static int[] ones(Shape x) {
    int[] e = x.toArray();
    java.util.Arrays.fill(e, 2, e.length, 1);
    return e;
  }

  /** Axes are an attribute before opset 18, an input since; none means all. */
  private static void reduceMean(Step step) throws FormatException {
    Value x = step.value(0);
    int rank = x.shape().rank();
    long[] stated = step.has(1) ? step.integers(1, "the axes") : step.integers("axes");
    boolean none = stated == null || stated.length == 0;
    if (none && step.integer("noop_with_empty_axes", 0) != 0) {
      step.result(x);
      return;
    }
    boolean[] reduced = new boolean[rank];
    for (int i = 0; i < rank && none; i++) {
      reduced[i] = true;
    }
    for (int i = 0; !none && i < stated.length; i++) {
      reduced[step.axis(stated[i], rank)] = true;
    }
    if (x.shape().isBatched() && reduced[0]) {
      throw step.error("a mean over a free batch size is not supported");
    }
    Value mean = mean(step, x, reduced);
    step.result(step.reshape("reshape", mean, kept(x.shape(), reduced, step)));
  }

  private static int[] kept(Shape x, boolean[] reduced, Step step) {
    boolean keep = step.integer("keepdims", 1) != 0;
    List<Integer> extents = new ArrayList<>();
    for (int axis = 0; axis < reduced.length; axis++) {
      if (!reduced[axis] || keep) {
        extents.add(reduced[axis] ? 1 : x.extent(axis));
      }
    }
    return extents.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The mean over the reduced axes as a global average pool: those axes become the pixels. */
  private static Value mean(Step step, Value x, boolean[] reduced) throws FormatException {
    int rank = reduced.length;
    if (rank == 4 && !reduced[0] && !reduced[1] && reduced[2] && reduced[3]) {
      return step.append("", new GlobalAveragePool(), x);
    }
    List<Integer> order = new ArrayList<>();
    int channels = 1;
    int pixels = 1;
    for (int axis = 0; axis < rank; axis++) {
      if (!reduced[axis]) {
        order.add(axis);
        channels *= axis == 0 && x.shape().isBatched() ? 1 : x.shape().extent(axis);
      }
    }
    for (int axis = 0; axis < rank; axis++) {
      if (reduced[axis]) {
        order.add(axis);
        pixels *= x.shape().extent(axis);
      }
    }
    int batch = x.shape().isBatched() ? Shape.N : 1;
    Value turned = Moves.transpose(step, "turn", x, order);
    Value images = step.reshape("images", turned, batch, channels, pixels, 1);
    return step.append("", new GlobalAveragePool(), images);
  }

  private static void write(Export to, Node node, Pool2d op) {
    boolean max = op.kind() == Pool2d.Kind.MAX;
    Window window = op.window();
    boolean dilated = window.dilationY() != 1 || window.dilationX() != 1;
    if (!max && dilated && to.opset() < 19) {
      throw new IllegalArgumentException(
          "node "
              + node.name()
              + ": average pooling with dilation needs opset 19, not "
              + to.opset());
    }
    GraphWriter.NodeWriter made = to.start(max ? "MaxPool" : "AveragePool", node);
    if (max || dilated) {
      Windows.write(made, window);
    } else {
      Windows.writeUndilated(made, window);
    }
    made.attribute("ceil_mode", op.ceilMode() ? 1 : 0);
    if (!max) {
      made.attribute("count_include_pad", op.countPadding() ? 1 : 0);
    }
    to.finish(node, made);
  }
}
