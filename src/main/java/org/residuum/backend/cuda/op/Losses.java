package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.gradient.LossGradient;
import org.residuum.network.loss.Loss;
import org.residuum.network.loss.SoftTargetCrossEntropy;
import org.residuum.network.loss.SoftmaxCrossEntropy;

/** Losses of the outputs (N, C) and their gradients: a warp a row, then the mean over the rows. */
final class Losses {
  private static final String ROWS = " rows:i64 valid_rows:i64 classes:i32";
  private static final String SMOOTHED = ROWS + " smoothing:f32";
  private static final Kernel CROSS_ENTROPY = loss("cross_entropy_forward", "labels", SMOOTHED);
  private static final Kernel CROSS_ENTROPY_GRADIENT =
      gradient("cross_entropy_backward", "labels", SMOOTHED);
  private static final Kernel SOFT_CROSS_ENTROPY =
      loss("soft_cross_entropy_forward", "targets", ROWS);
  private static final Kernel SOFT_CROSS_ENTROPY_GRADIENT =
      gradient("soft_cross_entropy_backward", "targets", ROWS);
  private static final Kernel MEAN_LOSS =
      Kernel.of(
          "mean_loss",
          GridRule.ONE_BLOCK,
          "losses* loss* rows:i64 valid_rows:i64",
          ElementType.F32);

  private Losses() {}

  private static Kernel loss(String name, String targets, String numbers) {
    return Kernel.of(name, GridRule.WARP_A_ROW, "x* " + targets + "* losses*" + numbers);
  }

  private static Kernel gradient(String name, String targets, String numbers) {
    return Kernel.of(name, GridRule.WARP_A_ROW, "x* " + targets + "* dx*" + numbers);
  }

  static void enter(CudaOps ops) {
    ops.add(CROSS_ENTROPY, CROSS_ENTROPY_GRADIENT, MEAN_LOSS);
    ops.add(SOFT_CROSS_ENTROPY, SOFT_CROSS_ENTROPY_GRADIENT);
    enter(
        ops,
        SoftmaxCrossEntropy.class,
        (to, op) -> smoothed(to.launch(CROSS_ENTROPY, to.storage()), to, op),
        (to, op) -> smoothed(to.launch(CROSS_ENTROPY_GRADIENT, to.storage()), to, op));
    enter(
        ops,
        SoftTargetCrossEntropy.class,
        (to, op) -> to.launch(SOFT_CROSS_ENTROPY, to.storage()).pointer("targets", to.input(1)),
        (to, op) ->
            to.launch(SOFT_CROSS_ENTROPY_GRADIENT, to.storage()).pointer("targets", to.input(1)));
    ops.keepSingle(LossGradient.class, (node, known) -> List.of(node.inputs().get(1)));
  }

  private static Launch smoothed(Launch launch, CudaAssembly to, SoftmaxCrossEntropy op) {
    return launch.pointer("labels", to.input(1)).number("smoothing", op.labelSmoothing());
  }

  /** A launch that has what the losses do not share: the targets, and numbers of their own. */
  private interface Own<O> {
    Launch of(CudaAssembly to, O op);
  }

  /** Enters a loss by the kernels of {@code losses}, one a row, and of {@code dx}. */
  private static <O extends Loss> void enter(
      CudaOps ops, Class<O> loss, Own<? super O> forward, Own<? super O> backward) {
    ops.add(loss)
        .forward((to, node, op) -> mean(to, forward.of(to, op)))
        .inputGradient((to, node, op) -> rows(to, backward.of(to, op).pointer("dx", to.output(0))));
    ops.keepSingle(loss, (node, known) -> List.of(node.inputs().get(1), node.output()));
  }

  /** The mean over the rows of their losses. */
  private static void mean(CudaAssembly to, Launch each) {
    long rows = to.rows(to.x());
    Place losses = to.scratch(4 * rows);
    rows(to, each.pointer("losses", losses));
    mean(to, losses, rows);
  }

  /** The mean of n losses in fp32, which is the result of the node. */
  static void mean(CudaAssembly to, Place losses, long n) {
    to.launch(MEAN_LOSS)
        .pointer("losses", losses)
        .pointer("loss", to.output(0))
        .number("rows", n)
        .number("valid_rows", n)
        .over(1);
  }

  private static void rows(CudaAssembly to, Launch launch) {
    long rows = to.rows(to.x());
    launch
        .pointer("x", to.input(0))
        .number("rows", rows)
        .number("valid_rows", rows)
        .number("classes", to.x().extent(1))
        .over(rows);
  }
}
