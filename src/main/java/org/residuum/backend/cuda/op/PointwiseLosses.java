package org.residuum.backend.cuda.op;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.Place;
import org.residuum.network.loss.PointwiseLoss;

/** Losses of each output alone, their mean and their gradients. */
final class PointwiseLosses {
  private static final Map<PointwiseLoss.Kind, Kernels> KERNELS =
      new EnumMap<>(PointwiseLoss.Kind.class);

  static {
    for (PointwiseLoss.Kind kind : PointwiseLoss.Kind.values()) {
      KERNELS.put(kind, Kernels.of(kind));
    }
  }

  private record Kernels(Kernel forward, Kernel backward) {
    static Kernels of(PointwiseLoss.Kind kind) {
      String name =
          switch (kind) {
            case BINARY_CROSS_ENTROPY -> "binary_cross_entropy";
            case WEIGHTED_BINARY_CROSS_ENTROPY -> "weighted_binary_cross_entropy";
            case SQUARED_ERROR -> "squared_error";
            case SMOOTH_L1 -> "smooth_l1";
          };
      return new Kernels(
          Kernel.of(name + "_forward", GridRule.ELEMENTS, "x* targets* losses* n:i64"),
          Kernel.of(name + "_backward", GridRule.ELEMENTS, "x* targets* dx* n:i64"));
    }
  }

  private PointwiseLosses() {}

  static void enter(CudaOps ops) {
    KERNELS.values().forEach(kernels -> ops.add(kernels.forward(), kernels.backward()));
    ops.add(PointwiseLoss.class)
        .forward((to, node, op) -> loss(to, KERNELS.get(op.kind())))
        .inputGradient(
            (to, node, op) -> each(to, KERNELS.get(op.kind()).backward(), "dx", to.output(0)));
    ops.keepSingle(
        PointwiseLoss.class, (node, known) -> List.of(node.inputs().get(1), node.output()));
  }

  private static void loss(CudaAssembly to, Kernels kernels) {
    long n = elements(to);
    Place losses = to.scratch(4 * n);
    each(to, kernels.forward(), "losses", losses);
    Losses.mean(to, losses, n);
  }

  private static long elements(CudaAssembly to) {
    return (long) to.rows(to.x()) * to.x().extent(1);
  }

  private static void each(CudaAssembly to, Kernel kernel, String name, Place result) {
    long n = elements(to);
    to.launch(kernel, to.storage())
        .pointer("x", to.input(0))
        .pointer("targets", to.input(1))
        .pointer(name, result)
        .number("n", n)
        .over(n);
  }
}
