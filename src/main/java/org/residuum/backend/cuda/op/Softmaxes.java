package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.op.Softmax;

/** Softmax and its gradient: a warp a row. */
final class Softmaxes {
  private static final Kernel SOFTMAX =
      Kernel.of("softmax_forward", GridRule.WARP_A_ROW, "x* y* rows:i64 classes:i32");
  private static final Kernel SOFTMAX_GRADIENT =
      Kernel.of("softmax_backward", GridRule.WARP_A_ROW, "y* dy* dx* rows:i64 classes:i32");

  private Softmaxes() {}

  static void enter(CudaOps ops) {
    ops.add(SOFTMAX, SOFTMAX_GRADIENT);
    ops.add(Softmax.class)
        .forward((to, node, op) -> rows(to, to.launch(SOFTMAX).pointer("x", to.input(0)), "y"))
        .inputGradient(
            (to, node, op) -> {
              Launch launch = to.launch(SOFTMAX_GRADIENT);
              rows(to, launch.pointer("y", to.input(0)).pointer("dy", to.lastInput()), "dx");
            });
  }

  private static void rows(CudaAssembly to, Launch launch, String result) {
    long rows = to.rows(to.x());
    launch
        .pointer(result, to.output(0))
        .number("rows", rows)
        .number("classes", to.x().extent(1))
        .over(rows);
  }
}
