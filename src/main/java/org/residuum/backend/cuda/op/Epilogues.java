package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.op.Activation;

/** What follows the sums of a product: y = activation(y + bias [+ residual]), in y's own memory. */
final class Epilogues {
  private final Assembly assembly;
  private final Operand y;
  private final long rows;
  private final int channels;

  /**
   * For the first output of the assembly's node.
   *
   * @param rows of y (rows, channels)
   */
  Epilogues(Assembly assembly, long rows, int channels) {
    this.assembly = assembly;
    this.y = assembly.output(0);
    this.rows = rows;
    this.channels = channels;
  }

  /**
   * Appends the pass, if one is needed.
   *
   * @param bias (channels), or null
   * @param residual as y, or null where there is none or the product has added it
   */
  void append(Operand bias, Operand residual, Activation activation) {
    boolean relu = activation.kind() == Activation.Kind.RELU;
    long n = rows * channels;
    if (bias != null && residual != null) {
      Kernel kernel = relu ? Kernel.BIAS_RESIDUAL_RELU_FORWARD : Kernel.BIAS_RESIDUAL_FORWARD;
      launch(kernel, n, y, bias, residual, y, rows, channels);
    } else if (bias != null) {
      launch(relu ? Kernel.BIAS_RELU_FORWARD : Kernel.BIAS_FORWARD, n, y, bias, y, rows, channels);
    } else if (residual != null) {
      Kernel kernel = relu ? Kernel.RESIDUAL_ADD_RELU_FORWARD : Kernel.RESIDUAL_ADD_FORWARD;
      launch(kernel, n, y, residual, y, n);
    } else if (relu) {
      launch(Kernel.RELU_FORWARD, n, y, y, n);
    }
    if (!relu && !activation.isNone()) {
      new Pointwise(assembly).activate(activation, y, y, n);
    }
  }

  private void launch(Kernel kernel, long n, Object... arguments) {
    assembly.launch(kernel, assembly.type(), n, 1, arguments);
  }
}
