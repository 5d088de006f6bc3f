package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.KernelVariants;
import org.residuum.backend.lower.Place;
import org.residuum.network.op.Activation;

/** What follows the sums of a product: y = activation(y + bias [+ residual]), in y's own memory. */
final class Epilogues {
  private static final KernelVariants BIAS =
      new KernelVariants(
              "bias", "_forward", GridRule.ELEMENTS, "x* b* residual*?residual y* " + Kernel.ROWS)
          .with(false, true);

  private Epilogues() {}

  static void enter(CudaOps ops) {
    ops.add(BIAS.all());
  }

  /**
   * Appends the pass over the first output (rows, channels), if one is needed.
   *
   * @param bias (channels), or null
   * @param residual as y, or null where there is none or the product has added it
   */
  static void append(
      CudaAssembly to, long rows, int channels, Place bias, Place residual, Activation activation) {
    Place y = to.output(0);
    long n = rows * channels;
    if (bias != null) {
      Launch launch = to.launch(BIAS.of(residual != null, activation));
      if (residual != null) {
        launch.pointer("residual", residual);
      }
      launch
          .pointer("x", y)
          .pointer("b", bias)
          .pointer("y", y)
          .number("rows", rows)
          .number("channels", channels)
          .over(n);
    } else if (residual != null) {
      Arithmetic.sum(to, activation, y, residual, y, n);
    } else if (KernelVariants.fuses(activation) && !activation.isNone()) {
      Activations.append(to, activation, y, y, n);
    }
    activateApart(to, activation, y, n);
  }

  /** Applies an activation that the kernel before could not apply. */
  static void activateApart(CudaAssembly to, Activation activation, Place y, long n) {
    if (!KernelVariants.fuses(activation)) {
      Activations.append(to, activation, y, y, n);
    }
  }
}
