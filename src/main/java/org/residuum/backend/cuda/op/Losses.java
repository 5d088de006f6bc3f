package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.Storage;
import org.residuum.network.Shape;

/** Softmax cross-entropy and its gradient. */
final class Losses {
  private final Assembly assembly;
  private final long rows;
  private final int classes;

  Losses(Assembly assembly, Shape logits) {
    this.assembly = assembly;
    this.rows = assembly.rows(logits);
    this.classes = logits.extent(1);
  }

  /** The mean over the rows of -Σ_k t_k log softmax(x)_k. */
  void loss(float smoothing) {
    Operand losses = assembly.scratch(4 * rows);
    launch(Kernel.CROSS_ENTROPY_FORWARD, losses, smoothing);
    assembly.launch(Kernel.MEAN_LOSS, Storage.F32, 1, 1, losses, assembly.output(0), rows, rows);
  }

  /** (softmax(x) - t) / N */
  void gradient(float smoothing) {
    launch(Kernel.CROSS_ENTROPY_BACKWARD, assembly.output(0), smoothing);
  }

  private void launch(Kernel kernel, Operand to, float smoothing) {
    assembly.launch(
        kernel,
        Storage.of(assembly.precision()),
        rows,
        1,
        assembly.input(0),
        assembly.input(1),
        to,
        rows,
        rows,
        classes,
        smoothing);
  }
}
