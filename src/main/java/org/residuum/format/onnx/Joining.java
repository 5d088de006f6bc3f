package org.residuum.format.onnx;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Gather;

/** Concat and Expand. */
final class Joining {
  private Joining() {}

  static void enter(Operators operators) {
    operators.reads("Concat", Joining::concat, "7 1 * axis:int!");
    operators.reads("Expand", Joining::expand, "8 2 2");
    operators.writes(Concat.class, Joining::write);
  }

  private static void concat(Step step) throws FormatException {
    int[] first = step.item(0).extents();
    int axis = step.axis(step.integer("axis", 0), first.length);
    boolean constant = true;
    int extent = 0;
    for (int i = 0; i < step.inputs(); i++) {
      int[] e = step.item(i).extents();
      constant &= step.item(i) instanceof Constant;
      if (e.length != first.length) {
        throw step.error("its inputs have " + first.length + " and " + e.length + " axes");
      }
      extent = Math.addExact(extent, e[axis]);
    }
    if (constant) {
      step.result(folded(step, axis, extent));
    } else {
      step.result(values(step, axis));
    }
  }

  private static Constant folded(Step step, int axis, int extent) throws FormatException {
    Constant first = (Constant) step.item(0);
    int[] to = first.extents().clone();
    to[axis] = extent;
    int size = Math.toIntExact(Constant.elements(to, step.title(), step.graph().budget()));
    float[] floats = first.isFloat() ? new float[size] : null;
    long[] longs = first.isFloat() ? null : new long[size];
    int inner = first.strides()[axis];
    int done = 0;
    for (int i = 0; i < step.inputs(); i++) {
      Constant part = (Constant) step.item(i);
      int[] same = part.extents().clone();
      int run = same[axis] * inner;
      same[axis] = first.extents()[axis];
      if (!Arrays.equals(same, first.extents()) || part.isFloat() != first.isFloat()) {
        throw step.error("its inputs differ in type or on another axis than " + axis);
      }
      for (int at = 0; at < part.size(); at++) {
        int target = at / run * extent * inner + done + at % run;
        if (part.isFloat()) {
          floats[target] = part.number(at);
        } else {
          longs[target] = part.longs()[at];
        }
      }
      done += run;
    }
    return floats == null
        ? Constant.ofLongs(to, longs)
        : Constant.ofFloats(to, FloatBuffer.wrap(floats));
  }

  /** A value and the places before and after it along the axis, filled with one number. */
  private static final class Part {
    private Value x;
    private int before;
    private int after;
    private float fill;
  }

  /** Values side by side; a constant among them must be of one value and becomes a pad. */
  private static Item values(Step step, int axis) throws FormatException {
    List<Part> parts = new ArrayList<>();
    Part part = new Part();
    for (int i = 0; i < step.inputs(); i++) {
      if (step.item(i) instanceof Constant constant) {
        fill(step, part, constant, axis);
      } else {
        part = part.x == null ? part : new Part();
        part.x = step.value(i);
        parts.add(part);
      }
    }
    Value[] joined = new Value[parts.size()];
    for (int i = 0; i < joined.length; i++) {
      joined[i] = padded(step, parts.get(i), axis);
    }
    return new Item.Live(
        joined.length == 1 ? joined[0] : step.append("", new Concat(axis), joined));
  }

  private static void fill(Step step, Part part, Constant c, int axis) throws FormatException {
    float value = c.size() == 0 ? part.fill : c.number(0);
    boolean fits = c.isFilledWith(value) && (part.before + part.after == 0 || value == part.fill);
    int[] wanted = other(step);
    for (int i = 0; i < c.rank(); i++) {
      fits &=
          i == axis || c.extents()[i] == wanted[i] || (wanted[i] == Shape.N && isBatch(step, c));
    }
    if (!fits) {
      throw step.error("a constant beside values must be of one value and of their shape");
    }
    part.fill = value;
    if (part.x == null) {
      part.before = Math.addExact(part.before, c.extents()[axis]);
    } else {
      part.after = Math.addExact(part.after, c.extents()[axis]);
    }
  }

  private static boolean isBatch(Step step, Constant c) {
    return step.graph().isBatch(c.extents()[0]);
  }

  private static int[] other(Step step) throws FormatException {
    for (int i = 0; i < step.inputs(); i++) {
      if (!(step.item(i) instanceof Constant)) {
        return step.item(i).extents();
      }
    }
    throw step.error("it has no input that is not constant");
  }

  private static Value padded(Step step, Part part, int axis) throws FormatException {
    if (part.before + part.after == 0) {
      return part.x;
    }
    int extent = part.x.shape().extent(axis);
    if (extent == Shape.N) {
      throw step.error("nothing can be put beside a free batch size");
    }
    int length = Math.addExact(Math.addExact(part.before, extent), part.after);
    step.graph().budget().charge((long) Integer.BYTES * length, step.title());
    int[] indices = new int[length];
    Arrays.fill(indices, Gather.FILL);
    System.arraycopy(Moves.range(extent), 0, indices, part.before, extent);
    return Selection.of(part.x).then(step, axis, indices, part.fill).emit();
  }

  private static void expand(Step step) throws FormatException {
    long[] wanted = step.integers(1, "the shape");
    int[] to = new int[wanted.length];
    for (int axis = 0; axis < to.length; axis++) {
      boolean free = axis == 0 && wanted[0] == Constant.BATCH;
      to[axis] = free ? Shape.N : Math.toIntExact(wanted[axis]);
      if (!free && to[axis] < 0) {
        throw step.error("extent " + to[axis] + " is negative");
      }
    }
    int[] from = step.item(0).extents();
    boolean batched = from.length > 0 && from[0] == Shape.N;
    if (batched && to.length == from.length && step.graph().isBatch(to[0])) {
      to[0] = Shape.N;
    }
    int[] extents = Broadcast.extents(step, from, to);
    if (step.item(0) instanceof Constant constant) {
      if (extents.length > 0 && extents[0] == Shape.N) {
        throw step.error("a constant cannot be repeated for a free batch size");
      }
      step.result(Broadcast.constant(step, constant, extents));
    } else {
      step.result(Broadcast.value(step, step.value(0), extents));
    }
  }

  private static void write(Export to, Node node, Concat op) {
    GraphWriter.NodeWriter made = to.start("Concat", node).attribute("axis", op.axis());
    for (int i = 1; i < node.inputs().size(); i++) {
      made.input(to.input(node, i));
    }
    to.finish(node, made);
  }
}
