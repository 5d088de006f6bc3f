package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.lower.InPlace;
import org.residuum.network.ElementType;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.op.Dense;

/** Dense layers: one product each way, weights (out, in) as PyTorch keeps them. */
final class DenseLayers {
  private DenseLayers() {}

  static void enter(CudaOps ops) {
    ops.add(Dense.class)
        .forward((to, node, op) -> forward(to, op))
        .inPlace(InPlace.addend(1))
        .inputGradient((to, node, op) -> inputGradient(to, op.outFeatures()))
        .weightGradient((to, node, op) -> weightGradient(to, op));
    ops.keepSingle(WeightGradient.class, (node, known) -> node.outputs());
  }

  /** y = activation(x Wᵀ + b [+ residual]), onto the residual where y takes its memory. */
  private static void forward(CudaAssembly to, Dense op) {
    long rows = to.rows(to.x());
    int in = to.x().extent(1);
    int out = op.outFeatures();
    boolean inPlace = to.overwrites(1);
    Gemm.Matrix x = matrix(to, in);
    to.multiply(
        Gemm.of(to.precision(), Gemm.size(rows, out, in), x, x.transpose(), matrix(to, out))
            .accumulating(inPlace),
        to.input(0),
        to.weight(0),
        to.output(0));
    boolean apart = op.epilogue().residual() && !inPlace;
    Epilogues.append(
        to,
        rows,
        out,
        op.bias() ? to.vector(1) : null,
        apart ? to.input(1) : null,
        op.epilogue().activation());
  }

  private static Gemm.Matrix matrix(CudaAssembly to, int columns) {
    return Gemm.matrix(columns, to.storage(), 0);
  }

  /** dx = dy W */
  private static void inputGradient(CudaAssembly to, int out) {
    int in = to.x().extent(1);
    Gemm.Matrix x = matrix(to, in);
    to.multiply(
        Gemm.of(to.precision(), Gemm.size(to.rows(to.x()), in, out), matrix(to, out), x, x),
        to.input(0),
        to.weight(0),
        to.output(0));
  }

  /** dw = dyᵀ x, db = Σ dy */
  private static void weightGradient(CudaAssembly to, Dense op) {
    long rows = to.rows(to.x());
    int in = to.x().extent(1);
    int out = op.outFeatures();
    Gemm.Matrix x = matrix(to, in);
    Gemm.Matrix dy = matrix(to, out).transpose();
    to.multiply(
        Gemm.of(to.precision(), Gemm.size(out, in, rows), dy, x, x.in(ElementType.F32)),
        to.input(1),
        to.input(0),
        to.output(0));
    if (op.bias()) {
      ColumnSums.append(to, to.input(1), to.output(1), rows, out);
    }
  }
}
