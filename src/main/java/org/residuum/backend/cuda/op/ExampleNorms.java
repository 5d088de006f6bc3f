package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.lower.Place;
import org.residuum.network.Shape;
import org.residuum.network.op.GroupNorm;
import org.residuum.network.op.LayerNorm;

/** Normalisation within an example: by groups of channels, or by row as an image of one pixel. */
final class ExampleNorms {
  private static final String EXTENTS = "pixels:i32 groups:i32 epsilon:f32";
  private static final Kernel FORWARD =
      Kernel.of(
          "group_norm_forward",
          GridRule.BLOCK_A_GROUP,
          "x* gamma* beta* y* mean* var* images:i64 pixels:i32 channels:i32 groups:i32"
              + " epsilon:f32");
  private static final Kernel GRADIENT =
      Kernel.of(
          "group_norm_backward",
          GridRule.BLOCK_A_GROUP,
          "x* mean* var* dy* gamma* dx* images:i64 pixels:i32 channels:i32 groups:i32 epsilon:f32");
  private static final Kernel SUMS =
      Kernel.of(
          "group_norm_sums",
          GridRule.COLUMNS,
          "x* mean* var* dy* betas* gammas* " + Kernel.ROWS + " " + EXTENTS);

  private final CudaAssembly to;
  private final long images;
  private final int pixels;
  private final int channels;
  private final int groups;
  private final float epsilon;

  private ExampleNorms(CudaAssembly to, int channels, int groups, float epsilon) {
    Shape x = to.x();
    this.to = to;
    this.channels = channels;
    this.groups = groups;
    this.epsilon = epsilon;
    this.pixels = x.rank() == 4 ? x.extent(2) * x.extent(3) : 1;
    this.images = to.elements(x) / ((long) pixels * channels);
  }

  static void enter(CudaOps ops) {
    ops.add(FORWARD, GRADIENT, SUMS);
    ops.add(GroupNorm.class)
        .forward((to, node, op) -> groups(to, op).forward(op.training()))
        .inputGradient((to, node, op) -> groups(to, op).gradient());
    ops.add(LayerNorm.class)
        .forward((to, node, op) -> rows(to, op).forward(op.training()))
        .inputGradient((to, node, op) -> rows(to, op).gradient());
  }

  private static ExampleNorms groups(CudaAssembly to, GroupNorm op) {
    return new ExampleNorms(to, to.x().extent(1), op.groups(), op.epsilon());
  }

  private static ExampleNorms rows(CudaAssembly to, LayerNorm op) {
    return new ExampleNorms(to, to.x().extent(to.x().rank() - 1), 1, op.epsilon());
  }

  private Launch sized(Launch launch) {
    return launch
        .number("channels", channels)
        .number("pixels", pixels)
        .number("groups", groups)
        .number("epsilon", epsilon);
  }

  private void forward(boolean training) {
    Place unread = training ? null : to.scratch(4 * images * groups);
    sized(to.launch(FORWARD))
        .pointer("x", to.input(0))
        .pointer("gamma", to.vector(0))
        .pointer("beta", to.vector(1))
        .pointer("y", to.output(0))
        .pointer("mean", training ? to.output(1) : unread)
        .pointer("var", training ? to.output(2) : unread)
        .number("images", images)
        .over(images * groups);
  }

  /** dx, dgamma, dbeta. */
  private void gradient() {
    statistics(to.launch(GRADIENT))
        .pointer("gamma", to.vector(0))
        .pointer("dx", to.output(0))
        .number("images", images)
        .over(images * groups);
    LaunchShape shape = GridRule.COLUMNS.shape(images * pixels, channels, to.type());
    Place betas = to.scratch(4L * shape.gridY() * channels);
    Place gammas = to.scratch(4L * shape.gridY() * channels);
    statistics(to.launch(SUMS, to.storage()))
        .pointer("betas", betas)
        .pointer("gammas", gammas)
        .number("rows", images * pixels)
        .over(shape);
    ColumnSums.finish(to, gammas, to.output(1), shape.gridY(), channels);
    ColumnSums.finish(to, betas, to.output(2), shape.gridY(), channels);
  }

  private Launch statistics(Launch launch) {
    return sized(launch)
        .pointer("x", to.input(0))
        .pointer("mean", to.input(1))
        .pointer("var", to.input(2))
        .pointer("dy", to.lastInput());
  }
}
