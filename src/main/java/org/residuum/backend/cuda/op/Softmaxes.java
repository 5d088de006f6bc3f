package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.gradient.SoftmaxCrossEntropyGradient;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.SoftmaxCrossEntropy;

/** Softmax, cross-entropy of it, and their gradients: a warp a row. */
final class Softmaxes {
  private static final String LOSS = " rows:i64 valid_rows:i64 classes:i32 smoothing:f32";
  private static final Kernel SOFTMAX =
      Kernel.of("softmax_forward", GridRule.WARP_A_ROW, "x* y* rows:i64 classes:i32");
  private static final Kernel SOFTMAX_GRADIENT =
      Kernel.of("softmax_backward", GridRule.WARP_A_ROW, "y* dy* dx* rows:i64 classes:i32");
  private static final Kernel CROSS_ENTROPY =
      Kernel.of("cross_entropy_forward", GridRule.WARP_A_ROW, "x* labels* losses*" + LOSS);
  private static final Kernel CROSS_ENTROPY_GRADIENT =
      Kernel.of("cross_entropy_backward", GridRule.WARP_A_ROW, "x* labels* dx*" + LOSS);
  private static final Kernel MEAN_LOSS =
      Kernel.of(
          "mean_loss",
          GridRule.ONE_BLOCK,
          "losses* loss* rows:i64 valid_rows:i64",
          ElementType.F32);

  private Softmaxes() {}

  static void enter(CudaOps ops) {
    ops.add(SOFTMAX, SOFTMAX_GRADIENT, CROSS_ENTROPY, CROSS_ENTROPY_GRADIENT, MEAN_LOSS);
    ops.add(Softmax.class)
        .forward((to, node, op) -> rows(to, to.launch(SOFTMAX).pointer("x", to.input(0)), "y"))
        .inputGradient(
            (to, node, op) -> {
              Launch launch = to.launch(SOFTMAX_GRADIENT);
              rows(to, launch.pointer("y", to.input(0)).pointer("dy", to.lastInput()), "dx");
            });
    ops.add(SoftmaxCrossEntropy.class).forward((to, node, op) -> loss(to, op.labelSmoothing()));
    ops.add(SoftmaxCrossEntropyGradient.class)
        .forward(
            (to, node, op) ->
                crossEntropy(to, CROSS_ENTROPY_GRADIENT, "dx", to.output(0), op.labelSmoothing()));
    ops.keepSingle(
        SoftmaxCrossEntropy.class, (node, known) -> List.of(node.inputs().get(1), node.output()));
    ops.keepSingle(
        SoftmaxCrossEntropyGradient.class, (node, known) -> List.of(node.inputs().get(1)));
  }

  private static void rows(CudaAssembly to, Launch launch, String result) {
    long rows = to.rows(to.x());
    launch
        .pointer(result, to.output(0))
        .number("rows", rows)
        .number("classes", to.x().extent(1))
        .over(rows);
  }

  /** The mean over the rows of -Σ_k t_k log softmax(x)_k. */
  private static void loss(CudaAssembly to, float smoothing) {
    long rows = to.rows(to.x());
    Place losses = to.scratch(4 * rows);
    crossEntropy(to, CROSS_ENTROPY, "losses", losses, smoothing);
    to.launch(MEAN_LOSS)
        .pointer("losses", losses)
        .pointer("loss", to.output(0))
        .number("rows", rows)
        .number("valid_rows", rows)
        .over(1);
  }

  /** Of each row the loss, or (softmax(x) - t) / N. */
  private static void crossEntropy(
      CudaAssembly to, Kernel kernel, String name, Place result, float smoothing) {
    long rows = to.rows(to.x());
    to.launch(kernel, to.storage())
        .pointer("x", to.input(0))
        .pointer("labels", to.input(1))
        .pointer(name, result)
        .number("rows", rows)
        .number("valid_rows", rows)
        .number("classes", to.x().extent(1))
        .number("smoothing", smoothing)
        .over(rows);
  }
}
