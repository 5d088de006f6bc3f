package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.Place;
import org.residuum.network.Shape;
import org.residuum.network.op.Input;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Subsample;

/** Operations on images that only move elements. */
final class Moves {
  private static final String STRIDES =
      " images:i32 height:i32 width:i32 channels:i32 out_height:i32 out_width:i32"
          + " out_channels:i32 stride_y:i32 stride_x:i32 offset:i32";
  private static final Kernel GATHER =
      Kernel.of("strided_gather", GridRule.LINES, "x* y*" + STRIDES);
  private static final Kernel SCATTER =
      Kernel.of("strided_scatter", GridRule.LINES, "dy* dx*" + STRIDES);

  private Moves() {}

  static void enter(CudaOps ops) {
    ops.add(GATHER, SCATTER, Transposition.KERNEL);
    ops.add(Input.class).forward((to, node, op) -> {});
    ops.add(Reshape.class)
        .forward((to, node, op) -> reshape(to))
        .inPlace(
            (node, op, free) ->
                keepsPlace(node.inputs().get(0).shape(), node.output().shape())
                    ? node.inputs().get(0)
                    : null);
    ops.add(Subsample.class)
        .forward((to, node, op) -> gather(to, op.stride(), 0))
        .inputGradient((to, node, op) -> scatter(to, node.inputs().get(0).shape(), op.stride()));
    ops.add(PadChannels.class).forward((to, node, op) -> gather(to, 1, op.before()));
    ops.add(SliceChannels.class).forward((to, node, op) -> gather(to, 1, -op.from()));
  }

  /** Whether a reshape leaves the elements in place although images are channels-last. */
  private static boolean keepsPlace(Shape from, Shape to) {
    return inRowMajor(from) && inRowMajor(to) || from.equals(to);
  }

  private static boolean inRowMajor(Shape shape) {
    return shape.rank() != 4 || shape.extent(1) == 1 || shape.extent(2) * shape.extent(3) == 1;
  }

  /**
   * Elements in logical order (N, C, H, W) on both sides; through row-major order where both sides
   * are images.
   */
  private static void reshape(CudaAssembly to) {
    Shape x = to.x();
    Shape y = to.y();
    long bytes = to.elements(x) * to.type().bytes();
    if (keepsPlace(x, y)) {
      to.copy(to.input(0), to.output(0), bytes);
      return;
    }
    Place middle = to.input(0);
    if (!inRowMajor(x)) {
      middle = inRowMajor(y) ? to.output(0) : to.scratch(bytes);
      transpose(to, to.input(0), middle, to.rows(x), x.extent(2) * x.extent(3), x.extent(1));
    }
    if (!inRowMajor(y)) {
      transpose(to, middle, to.output(0), to.rows(y), y.extent(1), y.extent(2) * y.extent(3));
    }
  }

  /** (images, rows, columns) → (images, columns, rows) */
  private static void transpose(
      CudaAssembly to, Place x, Place y, int images, int rows, int columns) {
    new Transposition(images, rows, 1, columns).append(to, x, y);
  }

  private static void gather(CudaAssembly to, int stride, int offset) {
    Launch launch = to.launch(GATHER).pointer("x", to.input(0)).pointer("y", to.output(0));
    strides(to, launch, to.x(), to.y(), stride, offset, to.y());
  }

  private static void scatter(CudaAssembly to, Shape y, int stride) {
    Launch launch = to.launch(SCATTER).pointer("dy", to.input(0)).pointer("dx", to.output(0));
    strides(to, launch, to.x(), y, stride, 0, to.x());
  }

  private static void strides(
      CudaAssembly to, Launch launch, Shape x, Shape y, int stride, int offset, Shape result) {
    int images = to.rows(x);
    launch
        .number("images", images)
        .number("height", x.extent(2))
        .number("width", x.extent(3))
        .number("channels", x.extent(1))
        .number("out_height", y.extent(2))
        .number("out_width", y.extent(3))
        .number("out_channels", y.extent(1))
        .number("stride_y", stride)
        .number("stride_x", stride)
        .number("offset", offset)
        .over(
            (long) images * result.extent(2),
            GridRule.accesses(result.extent(3), result.extent(1), to.type()));
  }
}
