package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.CpuStep;
import org.residuum.backend.lower.OpTable;
import org.residuum.backend.lower.Place;
import org.residuum.network.Shape;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;

/** Pooling and its gradient; a global mean is a window as large as the image. */
final class Pools {
  private final CpuAssembly assembly;
  private final int algorithm;
  private final dnnl_memory_desc x;
  private final dnnl_memory_desc y;
  private final long[] strides;
  private final long[] extents;
  private final long[] dilations;
  private final long[] padBefore;
  private final long[] padAfter;
  private final CeilModeScale scale;

  /** Only for a maximum, else null. */
  private final NaNPooling nanPooling;

  /** The pooling of the assembly's node, or that which the node is a gradient of. */
  private Pools(CpuAssembly assembly, Pool2d pool) {
    Shape shape = assembly.x();
    Window window = pool.window();
    Shape result = pool.outputs(List.of(shape)).get(0);
    this.assembly = assembly;
    this.algorithm = algorithm(pool);
    this.scale = new CeilModeScale(assembly, pool, result);
    this.nanPooling =
        pool.kind() == Pool2d.Kind.MAX ? new NaNPooling(assembly, pool, shape, result) : null;
    this.x = assembly.desc(shape);
    this.y = assembly.desc(result);
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

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(Pool2d.class)
        .forward((assembly, node, op) -> new Pools(assembly, op).forward())
        .inputGradient((assembly, node, op) -> new Pools(assembly, op).gradient());
    ops.add(GlobalAveragePool.class)
        .forward((assembly, node, op) -> new Pools(assembly, whole(assembly.x())).forward())
        .inputGradient((assembly, node, op) -> new Pools(assembly, whole(assembly.x())).gradient());
  }

  private static Pool2d whole(Shape shape) {
    int height = shape.extent(2);
    int width = shape.extent(3);
    return Pool2d.average(Window.of(height, width).stride(height, width));
  }

  private static int algorithm(Pool2d pool) {
    if (pool.kind() == Pool2d.Kind.MAX) {
      return dnnl.dnnl_pooling_max;
    }
    return pool.countPadding()
        ? dnnl.dnnl_pooling_avg_include_padding
        : dnnl.dnnl_pooling_avg_exclude_padding;
  }

  /**
   * How far the last window reaches beyond the image; negative where pixels at the edge are in no
   * window.
   */
  private static long overhang(
      long outputs, long stride, long extent, long dilation, long pixels, long padBefore) {
    return (outputs - 1) * stride + (extent - 1) * (dilation + 1) + 1 - pixels - padBefore;
  }

  private dnnl_primitive_desc forwardDescription(int kind) {
    return assembly.describe(
        "dnnl_pooling_forward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_pooling_forward_primitive_desc_create(
                made,
                engine,
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

  private void forward() {
    assembly.add(
        forwardDescription(dnnl.dnnl_forward_inference),
        argument(dnnl.DNNL_ARG_SRC, x, assembly.input(0)),
        argument(dnnl.DNNL_ARG_DST, y, assembly.output(0)));
    if (isScaled()) {
      assembly.add(scale.step(assembly.output(0), assembly.output(0)));
    }
    if (nanPooling != null) {
      nanPooling.append(assembly.input(0), assembly.output(0));
    }
  }

  private boolean isScaled() {
    return algorithm == dnnl.dnnl_pooling_avg_include_padding && !scale.isOne();
  }

  private void gradient() {
    dnnl_primitive_desc hint = forwardDescription(dnnl.dnnl_forward_training);
    dnnl_primitive_desc description = backwardDescription(hint);
    CpuStep.Argument dx = argument(dnnl.DNNL_ARG_DIFF_SRC, x, assembly.output(0));
    if (algorithm == dnnl.dnnl_pooling_max) {
      CpuStep.Argument dy = argument(dnnl.DNNL_ARG_DIFF_DST, y, assembly.input(1));
      assembly.add(description, dy, dx, maxima(hint));
    } else {
      assembly.add(description, argument(dnnl.DNNL_ARG_DIFF_DST, y, averageGradient()), dx);
    }
  }

  private dnnl_primitive_desc backwardDescription(dnnl_primitive_desc hint) {
    return assembly.describe(
        "dnnl_pooling_backward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_pooling_backward_primitive_desc_create(
                made,
                engine,
                algorithm,
                x,
                y,
                strides,
                extents,
                dilations,
                padBefore,
                padAfter,
                hint,
                attributes));
  }

  /** dy as oneDNN's averages expect it. */
  private Place averageGradient() {
    if (!isScaled()) {
      return assembly.input(0);
    }
    Place scaled = assembly.scratch(dnnl.dnnl_memory_desc_get_size(y));
    assembly.add(scale.step(assembly.input(0), scaled));
    return scaled;
  }

  /** The positions of the maxima, which running the forward pass again gives. */
  private CpuStep.Argument maxima(dnnl_primitive_desc hint) {
    dnnl_memory_desc places = assembly.layout(hint, dnnl.dnnl_query_workspace_md);
    CpuStep.Argument workspace =
        argument(
            dnnl.DNNL_ARG_WORKSPACE,
            places,
            assembly.scratch(dnnl.dnnl_memory_desc_get_size(places)));
    Place again = assembly.scratch(dnnl.dnnl_memory_desc_get_size(y));
    assembly.add(
        hint,
        argument(dnnl.DNNL_ARG_SRC, x, assembly.input(0)),
        argument(dnnl.DNNL_ARG_DST, y, again),
        workspace);
    return workspace;
  }
}
