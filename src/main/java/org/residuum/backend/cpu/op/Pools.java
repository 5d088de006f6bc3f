package org.residuum.backend.cpu.op;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_exclude_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_include_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_max;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.Kernel;
import org.residuum.backend.cpu.onednn.OneDnn;
import org.residuum.backend.cpu.onednn.Operand;
import org.residuum.network.Shape;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Op;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;

/** Pooling and its gradient; a global mean is a window as large as the image. */
public final class Pools {
  private final Assembly assembly;
  private final int algorithm;
  private final dnnl_memory_desc x;
  private final dnnl_memory_desc y;
  private final long[] strides;
  private final long[] extents;
  private final long[] dilations;
  private final long[] padBefore;
  private final long[] padAfter;
  private final WindowShares shares;

  /** Null but for a maximum. */
  private final MaxPoolMend mend;

  /**
   * The pooling of the assembly's node, or that which the node is a gradient of.
   *
   * @param op {@link Pool2d} or {@link GlobalAveragePool}
   * @param shape the shape of its input
   */
  public Pools(Assembly assembly, Op op, Shape shape) {
    Pool2d pool = op instanceof Pool2d given ? given : whole(shape);
    Window window = pool.window();
    Shape result = pool.outputs(List.of(shape)).get(0);
    this.assembly = assembly;
    this.algorithm = algorithm(pool);
    this.shares = new WindowShares(pool, shape, result, assembly.batch());
    this.mend =
        pool.kind() == Pool2d.Kind.MAX ? new MaxPoolMend(assembly, pool, shape, result) : null;
    this.x = assembly.desc().value(shape, assembly.batch());
    this.y = assembly.desc().value(result, assembly.batch());
    this.strides = new long[] {window.strideY(), window.strideX()};
    this.extents = new long[] {window.height(), window.width()};
    this.dilations = new long[] {window.dilationY() - 1L, window.dilationX() - 1L};
    this.padBefore = new long[] {window.padTop(), window.padLeft()};
    this.padAfter =
        new long[] {
          overhang(
              result.extent(2),
              strides[0],
              extents[0],
              dilations[0],
              shape.extent(2),
              padBefore[0]),
          overhang(
              result.extent(3), strides[1], extents[1], dilations[1], shape.extent(3), padBefore[1])
        };
  }

  private static Pool2d whole(Shape shape) {
    int height = shape.extent(2);
    int width = shape.extent(3);
    return Pool2d.average(Window.of(height, width).stride(height, width));
  }

  private static int algorithm(Pool2d pool) {
    if (pool.kind() == Pool2d.Kind.MAX) {
      return dnnl_pooling_max;
    }
    return pool.countPadding()
        ? dnnl_pooling_avg_include_padding
        : dnnl_pooling_avg_exclude_padding;
  }

  /**
   * How far the last window reaches beyond the image; negative where pixels at the edge are in no
   * window.
   */
  private static long overhang(
      long outputs, long stride, long extent, long dilation, long pixels, long padBefore) {
    return (outputs - 1) * stride + (extent - 1) * (dilation + 1) + 1 - pixels - padBefore;
  }

  private dnnl_primitive_desc forwardDescription(int kind, dnnl_primitive_attr attributes) {
    return assembly.describe(
        "dnnl_pooling_forward_primitive_desc_create",
        made ->
            dnnl_pooling_forward_primitive_desc_create(
                made,
                OneDnn.engine(),
                kind,
                algorithm,
                x,
                y,
                strides,
                extents,
                dilations,
                padBefore,
                padAfter,
                attributes));
  }

  public void forward() {
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      description = forwardDescription(dnnl_forward_inference, attributes.handle());
    }
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_SRC, x, assembly.input(0)),
        Assembly.argument(DNNL_ARG_DST, y, assembly.output(0)));
    if (hangsOver()) {
      assembly.add(shares.step(assembly.output(0), assembly.output(0)));
    }
    if (mend != null) {
      mend.append(assembly.input(0), assembly.output(0));
    }
  }

  private boolean hangsOver() {
    return algorithm == dnnl_pooling_avg_include_padding && !shares.areOne();
  }

  /**
   * Of a maximum the forward pass is run once more, as it finds the places where the maxima lie.
   */
  public void gradient() {
    boolean max = algorithm == dnnl_pooling_max;
    dnnl_primitive_desc hint;
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_attr attr = attributes.handle();
      hint = forwardDescription(dnnl_forward_training, attr);
      description =
          assembly.describe(
              "dnnl_pooling_backward_primitive_desc_create",
              made ->
                  dnnl_pooling_backward_primitive_desc_create(
                      made,
                      OneDnn.engine(),
                      algorithm,
                      x,
                      y,
                      strides,
                      extents,
                      dilations,
                      padBefore,
                      padAfter,
                      hint,
                      attr));
    }
    Operand gradient = assembly.input(max ? 1 : 0);
    if (hangsOver()) {
      Operand scaled = assembly.temporary(dnnl_memory_desc_get_size(y));
      assembly.add(shares.step(gradient, scaled));
      gradient = scaled;
    }
    Kernel.Argument dy = Assembly.argument(DNNL_ARG_DIFF_DST, y, gradient);
    Kernel.Argument dx = Assembly.argument(DNNL_ARG_DIFF_SRC, x, assembly.output(0));
    if (!max) {
      assembly.add(description, dy, dx);
      return;
    }
    dnnl_memory_desc places =
        assembly.desc().copy(Assembly.query(hint, dnnl_query_workspace_md, 0));
    Operand workspace = assembly.temporary(dnnl_memory_desc_get_size(places));
    Operand again = assembly.temporary(dnnl_memory_desc_get_size(y));
    assembly.add(
        hint,
        Assembly.argument(DNNL_ARG_SRC, x, assembly.input(0)),
        Assembly.argument(DNNL_ARG_DST, y, again),
        Assembly.argument(DNNL_ARG_WORKSPACE, places, workspace));
    assembly.add(description, dy, dx, Assembly.argument(DNNL_ARG_WORKSPACE, places, workspace));
  }
}
