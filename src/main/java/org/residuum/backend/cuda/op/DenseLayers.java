package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.network.Shape;
import org.residuum.network.op.Dense;

/** Dense layers: one product each way, weights (out, in) as PyTorch keeps them. */
final class DenseLayers {
  private final Assembly assembly;
  private final Dense op;
  private final long rows;
  private final int in;
  private final int out;

  /**
   * The dense layer of the assembly's node, or that which the node is a gradient of.
   *
   * @param x the shape of the layer's input, (N, in)
   */
  DenseLayers(Assembly assembly, Dense op, Shape x) {
    this.assembly = assembly;
    this.op = op;
    this.rows = assembly.rows(x);
    this.in = x.extent(1);
    this.out = op.outFeatures();
  }

  /**
   * y = activation(x Wᵀ + b [+ residual]).
   *
   * @param inPlace whether y takes over the residual's memory
   */
  void forward(boolean inPlace) {
    Gemm gemm = Gemm.timesTransposed(assembly.precision(), rows, out, in, in, in, out);
    assembly.multiply(
        gemm.accumulating(inPlace), assembly.input(0), assembly.weight(0), assembly.output(0));
    boolean apart = op.epilogue().residual() && !inPlace;
    new Epilogues(assembly, rows, out)
        .append(
            op.bias() ? assembly.vector(1) : null,
            apart ? assembly.input(1) : null,
            op.epilogue().activation());
  }

  /** dx = dy W */
  void inputGradient() {
    assembly.multiply(
        Gemm.plain(assembly.precision(), rows, in, out, out, in, in),
        assembly.input(0),
        assembly.weight(0),
        assembly.output(0));
  }

  /** dw = dyᵀ x, db = Σ dy */
  void weightGradient() {
    assembly.multiply(
        Gemm.transposedTimes(assembly.precision(), out, in, rows, out, in, in),
        assembly.input(1),
        assembly.input(0),
        assembly.output(0));
    if (op.bias()) {
      new ColumnSums(assembly).append(assembly.input(1), assembly.output(1), rows, out);
    }
  }
}
