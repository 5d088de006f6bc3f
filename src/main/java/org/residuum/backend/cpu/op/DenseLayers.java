package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.Product;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.op.Dense;

/** Dense layers: matrix products forward, inner products backward. */
final class DenseLayers {
  private static final long SINGLE_ROW_WEIGHTS = 64 * 64;

  private final CpuAssembly assembly;
  private final Dense op;
  private final long rows;
  private final long in;
  private final long out;
  private final dnnl_memory_desc x;
  private final dnnl_memory_desc y;
  private final dnnl_memory_desc weights;
  private final dnnl_memory_desc operand;
  private final dnnl_memory_desc bias;

  private DenseLayers(CpuAssembly assembly, Dense op) {
    this.assembly = assembly;
    this.op = op;
    this.rows = assembly.dims(assembly.x())[0];
    this.in = assembly.x().extent(1);
    this.out = op.outFeatures();
    this.x = assembly.operands().plain(rows, in);
    this.y = assembly.operands().plain(rows, out);
    this.weights = assembly.desc().plain(out, in);
    this.operand = assembly.operands().plain(out, in);
    this.bias = op.bias() ? assembly.desc().plain(out) : null;
  }

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(Dense.class)
        .forward((assembly, node, op) -> new DenseLayers(assembly, op).forward())
        .inPlace(InPlace.addend(1))
        .inputGradient((assembly, node, op) -> new DenseLayers(assembly, op).inputGradient())
        .weightGradient((assembly, node, op) -> new DenseLayers(assembly, op).weightGradient());
  }

  /** y = activation(x Wᵀ + b [+ residual]). */
  private void forward() {
    dnnl_memory_desc row = op.bias() ? assembly.desc().plain(1, out) : null;
    dnnl_memory_desc transposed = assembly.desc().strided(new long[] {in, out}, new long[] {1, in});
    dnnl_memory_desc sums = assembly.sums(assembly.y());
    Product.Layouts layouts =
        new Product.Layouts(x, assembly.training() ? unpacked() : packed(), row, sums);
    new WeightedLayer(x, transposed, row, sums)
        .append(assembly, op.epilogue(), postOps -> Product.describe(assembly, layouts, postOps));
  }

  /**
   * oneDNN's choice, except for a single row and few weights: 1.0 µs with one thread instead of 2.8
   * µs with two at 64 × 64.
   */
  private dnnl_memory_desc packed() {
    return rows == 1 && in * out <= SINGLE_ROW_WEIGHTS
        ? assembly.operands().plain(in, out)
        : assembly.operands().any(in, out);
  }

  /** As PyTorch lays them out, seen as (in, out). */
  private dnnl_memory_desc unpacked() {
    return assembly.operands().strided(new long[] {in, out}, new long[] {1, in});
  }

  private dnnl_primitive_desc hint() {
    return assembly.describe(
        "dnnl_inner_product_forward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_inner_product_forward_primitive_desc_create(
                made, engine, dnnl.dnnl_forward_training, x, operand, bias, y, attributes));
  }

  private void inputGradient() {
    dnnl_primitive_desc hint = hint();
    assembly.add(
        assembly.describe(
            "dnnl_inner_product_backward_data_primitive_desc_create",
            (made, engine, attributes) ->
                dnnl.dnnl_inner_product_backward_data_primitive_desc_create(
                    made, engine, x, operand, y, hint, attributes)),
        argument(dnnl.DNNL_ARG_DIFF_DST, y, assembly.input(0)),
        argument(dnnl.DNNL_ARG_WEIGHTS, operand, assembly.weights(weights, operand)),
        argument(dnnl.DNNL_ARG_DIFF_SRC, x, assembly.output(0)));
  }

  private void weightGradient() {
    dnnl_primitive_desc hint = hint();
    assembly.add(
        assembly.describe(
            "dnnl_inner_product_backward_weights_primitive_desc_create",
            (made, engine, attributes) ->
                dnnl.dnnl_inner_product_backward_weights_primitive_desc_create(
                    made, engine, x, weights, bias, y, hint, attributes)),
        argument(dnnl.DNNL_ARG_SRC, x, assembly.input(0)),
        argument(dnnl.DNNL_ARG_DIFF_DST, y, assembly.input(1)),
        argument(dnnl.DNNL_ARG_DIFF_WEIGHTS, weights, assembly.singleOutput(0)),
        bias == null ? null : argument(dnnl.DNNL_ARG_DIFF_BIAS, bias, assembly.singleOutput(1)));
  }
}
