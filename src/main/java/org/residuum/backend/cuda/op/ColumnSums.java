package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.KernelVariants;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.op.Activation;

/** db[c] = Σ over rows of dy[r, c], in two passes of fixed order. */
final class ColumnSums {
  private static final KernelVariants BIAS_GRADIENT =
      new KernelVariants(
              "bias",
              "_backward",
              GridRule.COLUMNS,
              "y*?activation dy* dx*?activation partials* " + Kernel.ROWS)
          .with(false);
  private static final Kernel FINISH =
      Kernel.of(
          "column_sums_finish",
          GridRule.COLUMN_FINISH,
          "partials* sums* chunks:i32 channels:i32",
          ElementType.F32);

  private ColumnSums() {}

  static void enter(CudaOps ops) {
    ops.add(BIAS_GRADIENT.all());
    ops.add(FINISH);
  }

  /** Appends both passes for activations (rows, channels). */
  static void append(CudaAssembly to, Place dy, Place sums, long rows, int channels) {
    LaunchShape shape = GridRule.COLUMNS.shape(rows, channels, to.storage());
    Place partials = to.scratch(4L * shape.gridY() * channels);
    to.launch(BIAS_GRADIENT.of(false, Activation.NONE), to.storage())
        .pointer("dy", dy)
        .pointer("partials", partials)
        .number("rows", rows)
        .number("channels", channels)
        .over(shape);
    finish(to, partials, sums, shape.gridY(), channels);
  }

  /** Appends the second pass: sums[c] = Σ over chunks of partials[chunk, c]. */
  static void finish(CudaAssembly to, Place partials, Place sums, int chunks, int channels) {
    to.launch(FINISH)
        .pointer("partials", partials)
        .pointer("sums", sums)
        .number("chunks", chunks)
        .number("channels", channels)
        .over(channels);
  }
}
