package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.kernel.Storage;

/** db[c] = Σ over rows of dy[r, c], in two passes of fixed order. */
final class ColumnSums {
  private final Assembly assembly;

  ColumnSums(Assembly assembly) {
    this.assembly = assembly;
  }

  /** Appends both passes for activations (rows, channels). */
  void append(Operand dy, Operand sums, long rows, int channels) {
    LaunchShape shape = Kernel.BIAS_BACKWARD.grid().shape(rows, channels);
    Operand partials = assembly.scratch(4L * shape.gridY() * channels);
    assembly.launch(
        Kernel.BIAS_BACKWARD,
        Storage.of(assembly.precision()),
        shape,
        dy,
        partials,
        rows,
        channels);
    assembly.launch(
        Kernel.COLUMN_SUMS_FINISH,
        Storage.F32,
        channels,
        1,
        partials,
        sums,
        shape.gridY(),
        channels);
  }
}
