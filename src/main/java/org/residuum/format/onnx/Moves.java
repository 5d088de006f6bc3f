package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Gather;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;

/** Transpose, Slice and Gather. */
final class Moves {
  private Moves() {}

  static void enter(Operators operators) {
    operators.reads("Transpose", Moves::transpose, "7 1 1 perm:ints");
    operators.reads("Slice", Moves::slice, "7 1 1 axes:ints ends:ints! starts:ints!", "10 3 5");
    operators.reads("Gather", Moves::gather, "7 2 2 axis:int");
    operators.writes(Transpose.class, Moves::write);
    operators.writes(SliceChannels.class, Moves::write);
    operators.writes(Subsample.class, Moves::write);
    operators.writes(Gather.class, Moves::write);
  }

  static void transpose(Step step) throws FormatException {
    int rank = step.item(0).extents().length;
    int[] order = new int[rank];
    long[] stated = step.integers("perm");
    if (stated != null && stated.length != rank) {
      throw step.error("perm has " + stated.length + " axes, x has " + rank);
    }
    for (int axis = 0; axis < rank; axis++) {
      order[axis] = stated == null ? rank - 1 - axis : step.axis(stated[axis], rank);
    }
    if (Arrays.stream(order).distinct().count() < rank) {
      throw step.error("perm " + Arrays.toString(stated) + " names an axis twice");
    }
    if (step.item(0) instanceof Constant constant) {
      step.result(transposed(step, constant, order));
    } else {
      List<Integer> permutation = Arrays.stream(order).boxed().toList();
      step.result(transpose(step, "", step.value(0), permutation));
    }
  }

  static Constant transposed(Step step, Constant constant, int[] order) throws FormatException {
    int[] strides = constant.strides();
    int[][] source = new int[order.length][];
    for (int axis = 0; axis < order.length; axis++) {
      source[axis] = scaled(range(constant.extents()[order[axis]]), strides[order[axis]]);
    }
    return constant.moved(source, null, step.graph().budget(), step.title());
  }

  /** Appends a transpose, or a reshape where only extents of 1 change place, or nothing. */
  static Value transpose(Step step, String suffix, Value x, List<Integer> order)
      throws FormatException {
    Shape to = new Transpose(order).outputs(List.of(x.shape())).get(0);
    int last = -1;
    boolean ascending = true;
    for (int axis : order) {
      if (x.shape().extent(axis) != 1) {
        ascending &= axis > last;
        last = axis;
      }
    }
    return ascending
        ? step.reshape(suffix, x, to.toArray())
        : step.append(suffix, new Transpose(order), x);
  }

  /** Bounds are attributes before opset 10, inputs since. */
  private static void slice(Step step) throws FormatException {
    boolean attributes = step.opset() < 10;
    long[] starts = attributes ? step.integers("starts") : step.integers(1, "the starts");
    long[] ends = attributes ? step.integers("ends") : step.integers(2, "the ends");
    long[] axes = null;
    long[] steps = null;
    if (attributes) {
      axes = step.integers("axes");
    } else {
      axes = step.has(3) ? step.integers(3, "the axes") : null;
      steps = step.has(4) ? step.integers(4, "the steps") : null;
    }
    if (starts == null
        || ends == null
        || ends.length != starts.length
        || (axes != null && axes.length != starts.length)
        || (steps != null && steps.length != starts.length)) {
      throw step.error("starts, ends, axes and steps must be lists of one length");
    }
    Item x = step.item(0);
    int rank = x.extents().length;
    step.requireDistinct(axes, rank);
    for (int i = 0; i < starts.length; i++) {
      int axis = step.axis(axes == null ? i : axes[i], rank);
      long by = steps == null ? 1 : steps[i];
      int extent = x.extents()[axis];
      if (extent == Shape.N) {
        requireWhole(step, starts[i], ends[i], by);
      } else {
        x = pick(step, x, axis, indices(step, extent, starts[i], ends[i], by), 0);
      }
    }
    step.result(x);
  }

  private static void requireWhole(Step step, long start, long end, long by)
      throws FormatException {
    boolean all = end >= Integer.MAX_VALUE || step.graph().isBatch(end);
    if (start != 0 || by != 1 || !all) {
      throw step.error("the free batch axis cannot be sliced");
    }
  }

  /** The indices of start : end : by, bounds clamped as ONNX says. */
  private static int[] indices(Step step, int extent, long start, long end, long by)
      throws FormatException {
    if (by == 0) {
      throw step.error("a step of 0");
    }
    long low = by > 0 ? 0 : -1;
    long high = by > 0 ? extent : extent - 1;
    long first = clamp(start < 0 ? start + extent : start, by > 0 ? 0 : 0, high);
    long last = clamp(end < 0 && end >= -extent ? end + extent : end, low, high);
    LongList list = new LongList();
    for (long i = first; by > 0 ? i < last : i > last; i += by) {
      list.add(i);
      if (by > extent || by < -extent) {
        break;
      }
    }
    return Arrays.stream(list.toArray()).mapToInt(i -> (int) i).toArray();
  }

  private static long clamp(long value, long low, long high) {
    return Math.max(low, Math.min(high, value));
  }

  private static void gather(Step step) throws FormatException {
    Item x = step.item(0);
    int[] from = x.extents();
    int axis = step.axis(step.integer("axis", 0), from.length);
    Constant picked = step.constant(1, "the indices");
    if (picked.isFloat()) {
      throw step.error("indices must be integers");
    }
    if (from[axis] == Shape.N) {
      throw step.error("nothing can be gathered along the free batch axis");
    }
    int[] indices = new int[picked.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = step.axis(picked.longs()[i], from[axis]);
    }
    Item y = pick(step, x, axis, indices, 0);
    List<Integer> to = new ArrayList<>();
    for (int i = 0; i < from.length; i++) {
      if (i == axis) {
        Arrays.stream(picked.extents()).forEach(to::add);
      } else {
        to.add(from[i]);
      }
    }
    int[] extents = to.stream().mapToInt(Integer::intValue).toArray();
    if (y instanceof Constant constant) {
      step.result(constant.reshaped(extents));
    } else if (picked.rank() == 1) {
      step.result(y);
    } else {
      step.result(step.reshape("reshape", ((Selection) y).emit(), extents));
    }
  }

  /** Those indices of one axis, {@link Gather#FILL} for the fill: folded, or deferred. */
  static Item pick(Step step, Item x, int axis, int[] indices, float fill) throws FormatException {
    if (x instanceof Constant constant) {
      int[] strides = constant.strides();
      int[][] source = new int[constant.rank()][];
      for (int i = 0; i < source.length; i++) {
        source[i] = scaled(i == axis ? indices : range(constant.extents()[i]), strides[i]);
      }
      return constant.moved(source, Constant.scalar(fill), step.graph().budget(), step.title());
    }
    step.graph().budget().charge((long) Integer.BYTES * indices.length, step.title());
    Selection selection = x instanceof Selection old ? old : Selection.of(step.value(0));
    Selection next = selection.then(step, axis, indices, fill);
    return next != null ? next : Selection.of(selection.emit()).then(step, axis, indices, fill);
  }

  static int[] range(int count) {
    int[] range = new int[count];
    for (int i = 0; i < count; i++) {
      range[i] = i;
    }
    return range;
  }

  private static int[] scaled(int[] indices, int stride) {
    return Arrays.stream(indices).map(i -> i < 0 ? -1 : i * stride).toArray();
  }

  private static void write(Export to, Node node, Transpose op) {
    to.finish(node, to.start("Transpose", node).attribute("perm", longs(op.permutation())));
  }

  private static void write(Export to, Node node, Subsample op) {
    long[] steps = {op.stride(), op.stride()};
    slice(to, node, new long[2], new long[] {Long.MAX_VALUE, Long.MAX_VALUE}, steps, 2, 3);
  }

  private static void write(Export to, Node node, SliceChannels op) {
    long[] ends = {op.from() + op.count()};
    slice(to, node, new long[] {op.from()}, ends, new long[] {1}, 1);
  }

  private static void slice(
      Export to, Node node, long[] starts, long[] ends, long[] steps, long... axes) {
    to.finish(
        node,
        to.start("Slice", node)
            .input(to.integers(node.name() + ".starts", starts))
            .input(to.integers(node.name() + ".ends", ends))
            .input(to.integers(node.name() + ".axes", axes))
            .input(to.integers(node.name() + ".steps", steps)));
  }

  /** The fill becomes one element more at the end of the axis, which the indices then name. */
  private static void write(Export to, Node node, Gather op) {
    String x = to.input(node, 0);
    Shape shape = node.inputs().get(0).shape();
    long[] indices = longs(op.indices());
    if (op.indices().contains(Gather.FILL)) {
      int extent = shape.extent(op.axis());
      String name = node.name() + ".fill";
      long[] amounts = new long[2 * shape.rank()];
      amounts[shape.rank() + op.axis()] = 1;
      x = Padding.pad(to, name, x, amounts, op.fill()).write(to.unique(name));
      for (int i = 0; i < indices.length; i++) {
        indices[i] = indices[i] == Gather.FILL ? extent : indices[i];
      }
    }
    to.finish(
        node,
        to.node("Gather", node.name())
            .input(x)
            .input(to.integers(node.name() + ".indices", indices))
            .attribute("axis", op.axis()));
  }

  private static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }
}
