package org.residuum.backend.cpu.op;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_inner_product_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_inner_product_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_inner_product_forward_primitive_desc_create;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.Desc;
import org.residuum.backend.cpu.onednn.Kernel;
import org.residuum.backend.cpu.onednn.OneDnn;
import org.residuum.backend.cpu.onednn.Product;
import org.residuum.network.Shape;
import org.residuum.network.op.Dense;

/** Dense layers: matrix products forward, inner products backward. */
public final class DenseLayers {
  private static final long SINGLE_ROW_WEIGHTS = 64 * 64;

  private final Assembly assembly;
  private final Dense op;
  private final long rows;
  private final long in;
  private final long out;

  /**
   * The dense layer of the assembly's node, or that which the node is a gradient of.
   *
   * @param x the shape of the layer's input, (N, in)
   */
  public DenseLayers(Assembly assembly, Dense op, Shape x) {
    this.assembly = assembly;
    this.op = op;
    this.rows = Desc.dims(x, assembly.batch())[0];
    this.in = x.extent(1);
    this.out = op.outFeatures();
  }

  /**
   * y = activation(x Wᵀ + b [+ residual]).
   *
   * @param inPlace whether y takes over the residual's memory
   */
  public void forward(boolean inPlace) {
    dnnl_memory_desc src = assembly.desc().plain(rows, in);
    dnnl_memory_desc dst = assembly.desc().plain(rows, out);
    dnnl_memory_desc bias = op.bias() ? assembly.desc().plain(1, out) : null;
    dnnl_memory_desc transposed = assembly.desc().strided(new long[] {in, out}, new long[] {1, in});
    dnnl_memory_desc weights = assembly.training() ? transposed : packed();
    new WeightedLayer(src, transposed, bias, dst)
        .append(
            assembly,
            op.epilogue(),
            inPlace,
            attributes -> Product.description(assembly, src, weights, bias, dst, attributes));
  }

  /**
   * oneDNN's choice, but for a single row and few weights: 1.0 µs with a thread instead of 2.8 µs
   * with two at 64 × 64.
   */
  private dnnl_memory_desc packed() {
    return rows == 1 && in * out <= SINGLE_ROW_WEIGHTS
        ? assembly.desc().plain(in, out)
        : assembly.desc().any(in, out);
  }

  private dnnl_primitive_desc hint(Attributes attributes) {
    return assembly.describe(
        "dnnl_inner_product_forward_primitive_desc_create",
        made ->
            dnnl_inner_product_forward_primitive_desc_create(
                made,
                OneDnn.engine(),
                dnnl_forward_training,
                assembly.desc().plain(rows, in),
                assembly.desc().plain(out, in),
                op.bias() ? assembly.desc().plain(out) : null,
                assembly.desc().plain(rows, out),
                attributes.handle()));
  }

  public void inputGradient() {
    dnnl_primitive_desc description;
    dnnl_memory_desc dx = assembly.desc().plain(rows, in);
    dnnl_memory_desc dy = assembly.desc().plain(rows, out);
    dnnl_memory_desc weights = assembly.desc().plain(out, in);
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_desc hint = hint(attributes);
      description =
          assembly.describe(
              "dnnl_inner_product_backward_data_primitive_desc_create",
              made ->
                  dnnl_inner_product_backward_data_primitive_desc_create(
                      made, OneDnn.engine(), dx, weights, dy, hint, attributes.handle()));
    }
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_DIFF_DST, dy, assembly.input(0)),
        Assembly.argument(DNNL_ARG_WEIGHTS, weights, assembly.parameter(0, weights, weights)),
        Assembly.argument(DNNL_ARG_DIFF_SRC, dx, assembly.output(0)));
  }

  public void weightGradient() {
    dnnl_primitive_desc description;
    dnnl_memory_desc src = assembly.desc().plain(rows, in);
    dnnl_memory_desc dy = assembly.desc().plain(rows, out);
    dnnl_memory_desc dw = assembly.desc().plain(out, in);
    dnnl_memory_desc db = op.bias() ? assembly.desc().plain(out) : null;
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_desc hint = hint(attributes);
      description =
          assembly.describe(
              "dnnl_inner_product_backward_weights_primitive_desc_create",
              made ->
                  dnnl_inner_product_backward_weights_primitive_desc_create(
                      made, OneDnn.engine(), src, dw, db, dy, hint, attributes.handle()));
    }
    List<Kernel.Argument> arguments = new ArrayList<>();
    arguments.add(Assembly.argument(DNNL_ARG_SRC, src, assembly.input(0)));
    arguments.add(Assembly.argument(DNNL_ARG_DIFF_DST, dy, assembly.input(1)));
    arguments.add(Assembly.argument(DNNL_ARG_DIFF_WEIGHTS, dw, assembly.output(0)));
    if (db != null) {
      arguments.add(Assembly.argument(DNNL_ARG_DIFF_BIAS, db, assembly.output(1)));
    }
    assembly.add(description, arguments.toArray(Kernel.Argument[]::new));
  }
}
