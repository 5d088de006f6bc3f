package org.residuum.backend.cpu.op;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.Desc;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.Shape;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.op.Subsample;

/** Every stride-th pixel along both axes, and the gradient. */
final class Subsampling {
  private final CpuAssembly assembly;
  private final int stride;
  private final Shape x;
  private final Shape y;

  /**
   * The subsampling of the assembly's node, or that which the node is a gradient of.
   *
   * @param y the shape of its result
   */
  private Subsampling(CpuAssembly assembly, Subsample op, Shape y) {
    this.assembly = assembly;
    this.stride = op.stride();
    this.x = assembly.x();
    this.y = y;
  }

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(Subsample.class)
        .forward((assembly, node, op) -> new Subsampling(assembly, op, assembly.y()).forward())
        .inputGradient(
            (assembly, node, op) ->
                new Subsampling(assembly, op, node.inputs().get(0).shape())
                    .gradient(((InputGradient) node.op()).residual()))
        .inputGradientInPlace(InPlace.addend(1));
  }

  private void forward() {
    for (Pixels pixels : runs()) {
      assembly.reorder(everyPixel(pixels), assembly.input(0), in(pixels), assembly.output(0));
    }
  }

  /** dx = residual, or zeros; then dx += dy at every stride-th pixel. */
  private void gradient(boolean residual) {
    if (!residual) {
      Moves.zeroOutput(assembly);
    } else if (!assembly.overwrites(1)) {
      dnnl_memory_desc flat = assembly.flat(x);
      assembly.reorder(flat, assembly.input(1), flat, assembly.output(0));
    }
    for (Pixels pixels : runs()) {
      assembly.addOnto(in(pixels), assembly.input(0), everyPixel(pixels), assembly.output(0));
    }
  }

  /** A rectangle of y. */
  private record Pixels(int row, int rows, int column, int columns) {}

  /**
   * y in rectangles whose source pixels, each with the stride - 1 that it skips behind it, lie
   * inside x: oneDNN refuses a view that would reach into the next row or image.
   */
  private List<Pixels> runs() {
    int rows = x.extent(2) / stride;
    int columns = x.extent(3) / stride;
    List<Pixels> runs = new ArrayList<>();
    if (rows > 0) {
      runs.add(new Pixels(0, rows, 0, y.extent(3)));
    }
    if (rows < y.extent(2)) {
      if (columns > 0) {
        runs.add(new Pixels(rows, 1, 0, columns));
      }
      if (columns < y.extent(3)) {
        runs.add(new Pixels(rows, 1, columns, 1));
      }
    }
    return runs;
  }

  private dnnl_memory_desc in(Pixels pixels) {
    long[] dims = assembly.dims(y);
    dims[2] = pixels.rows();
    dims[3] = pixels.columns();
    long[] corner = {0, 0, pixels.row(), pixels.column()};
    return assembly.desc().box(assembly.desc(y), dims, corner);
  }

  /** Every stride-th pixel of x, seen in the shape of that rectangle of y. */
  private dnnl_memory_desc everyPixel(Pixels pixels) {
    long[] dims = assembly.dims(x);
    long[] strides = Desc.channelsLast(dims);
    long[] corner = {0, 0, (long) pixels.row() * stride, (long) pixels.column() * stride};
    if (pixels.columns() > 1) {
      strides[3] *= stride;
      dims[3] = pixels.columns();
    }
    // For a single row, too: its stride · columns pixels may be more than a row of x has.
    if ((pixels.row() + pixels.rows()) * stride <= x.extent(2)) {
      strides[2] *= stride;
      dims[2] = pixels.rows();
    }
    dnnl_memory_desc view = assembly.operands().strided(dims, strides);
    dims[2] = pixels.rows();
    dims[3] = pixels.columns();
    return assembly.desc().box(view, dims, corner);
  }
}
