package org.residuum.format.onnx;

import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.op.Gather;
import org.residuum.network.op.PadChannels;

/** Pad in its modes: constant, edge, reflect and wrap. */
final class Padding {
  private Padding() {}

  static void enter(Operators operators) {
    operators.reads(
        "Pad",
        Padding::pad,
        "7 1 1 mode:string pads:ints! value:float",
        "11 2 3 mode:string",
        "18 2 4 mode:string");
    operators.writes(PadChannels.class, Padding::write);
  }

  /** Amounts are attributes before opset 11, inputs since; axes can be given since opset 18. */
  static void pad(Step step) throws FormatException {
    boolean attributes = step.opset() < 11;
    long[] pads = attributes ? step.integers("pads") : step.integers(1, "the amounts");
    String mode = step.text("mode", "constant");
    if (mode.equals("wrap") && step.opset() < 19) {
      throw step.error("mode wrap came with opset 19, this file has " + step.opset());
    }
    float fill = attributes ? step.number("value", 0) : 0;
    if (!attributes && step.has(2)) {
      fill = step.constant(2, "the fill").number(0);
    }
    Item x = step.item(0);
    int rank = x.extents().length;
    long[] axes = !attributes && step.has(3) ? step.integers(3, "the axes") : null;
    int count = axes == null ? rank : axes.length;
    if (pads == null || pads.length != 2 * count) {
      throw step.error("two amounts for each of " + count + " axes are needed");
    }
    step.requireDistinct(axes, rank);
    for (int i = 0; i < count; i++) {
      int axis = axes == null ? i : step.axis(axes[i], rank);
      if (pads[i] != 0 || pads[count + i] != 0) {
        int[] indices = indices(step, mode, x.extents()[axis], pads[i], pads[count + i]);
        x = Moves.pick(step, x, axis, indices, fill);
      }
    }
    step.result(x);
  }

  /** Negative amounts crop. */
  private static int[] indices(Step step, String mode, int extent, long before, long after)
      throws FormatException {
    if (extent == Shape.N) {
      throw step.error("the free batch axis cannot be padded");
    }
    long length = Math.addExact(Math.addExact(before, after), extent);
    if (length < 0 || length > Integer.MAX_VALUE || Math.abs(before) > Integer.MAX_VALUE) {
      throw step.error(
          "padding " + extent + " elements by " + before + " and " + after + " is not possible");
    }
    step.graph().budget().charge(Integer.BYTES * length, step.title());
    int[] indices = new int[(int) length];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = source(step, mode, i - before, extent);
    }
    return indices;
  }

  private static int source(Step step, String mode, long i, int extent) throws FormatException {
    if (i >= 0 && i < extent) {
      return (int) i;
    }
    if (!mode.equals("constant") && extent == 0) {
      throw step.error("mode " + mode + " needs an element to repeat");
    }
    return switch (mode) {
      case "constant" -> Gather.FILL;
      case "edge" -> i < 0 ? 0 : extent - 1;
      case "reflect" -> reflect(i, extent);
      case "wrap" -> (int) Math.floorMod(i, (long) extent);
      default -> throw step.error("mode " + FormatException.quote(mode) + " is none of ONNX's");
    };
  }

  private static int reflect(long i, int extent) {
    if (extent == 1) {
      return 0;
    }
    long turn = Math.floorMod(i, 2L * (extent - 1));
    return (int) (turn < extent ? turn : 2L * (extent - 1) - turn);
  }

  private static void write(Export to, Node node, PadChannels op) {
    long[] amounts = {0, op.before(), 0, 0, 0, op.after(), 0, 0};
    to.finish(node, pad(to, node.name(), to.input(node, 0), amounts, 0));
  }

  /** Amounts before each axis, then those after each. */
  static GraphWriter.NodeWriter pad(Export to, String name, String x, long[] amounts, float fill) {
    return to.node("Pad", name)
        .input(x)
        .input(to.integers(name + ".pads", amounts))
        .input(to.scalar(name + ".value", fill));
  }
}
