package org.residuum.backend.cpu.op;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.Desc;
import org.residuum.backend.cpu.onednn.Operand;
import org.residuum.network.Shape;

/** Operations that only move elements: reorders between views of the memory. */
public final class Moves {
  private final Assembly assembly;

  public Moves(Assembly assembly) {
    this.assembly = assembly;
  }

  /** Whether a reshape keeps the elements where they are although images lie channels-last. */
  public static boolean keepsPlace(Shape from, Shape to) {
    return inRowMajor(from) && inRowMajor(to) || from.equals(to);
  }

  private static boolean inRowMajor(Shape shape) {
    return shape.rank() != 4 || shape.extent(1) == 1 || shape.extent(2) * shape.extent(3) == 1;
  }

  /**
   * Elements in logical order (N, C, H, W) on both sides; through row-major order where both sides
   * are images.
   */
  public void reshape(Shape from, Shape to) {
    Operand middle = assembly.input(0);
    if (!inRowMajor(from)) {
      middle =
          inRowMajor(to)
              ? assembly.output(0)
              : assembly.temporary(4 * from.elements(assembly.batch()));
      assembly.reorder(
          assembly.desc().value(from, assembly.batch()), assembly.input(0), rowMajor(from), middle);
    }
    if (!inRowMajor(to)) {
      assembly.reorder(
          rowMajor(to), middle, assembly.desc().value(to, assembly.batch()), assembly.output(0));
    }
  }

  private dnnl_memory_desc rowMajor(Shape shape) {
    return assembly.desc().plain(Desc.dims(shape, assembly.batch()));
  }

  public void subsample(Shape x, Shape y, int stride) {
    for (Pixels pixels : runs(x, y, stride)) {
      assembly.reorder(
          everyPixel(x, stride, pixels), assembly.input(0), in(y, pixels), assembly.output(0));
    }
  }

  /** What a subsampled gradient is added to: the second input, or zeros. */
  public void startGradient(Shape x, boolean residual) {
    if (residual) {
      dnnl_memory_desc flat = assembly.desc().flat(x, assembly.batch());
      assembly.reorder(flat, assembly.input(1), flat, assembly.output(0));
    } else {
      zero(x);
    }
  }

  /** dx += dy at every stride-th pixel. */
  public void addSubsampleGradient(Shape x, Shape y, int stride) {
    for (Pixels pixels : runs(x, y, stride)) {
      assembly.addOnto(
          in(y, pixels), assembly.input(0), everyPixel(x, stride, pixels), assembly.output(0));
    }
  }

  /** A rectangle of y. */
  private record Pixels(int row, int rows, int column, int columns) {}

  /**
   * y in rectangles whose source pixels, each with the stride - 1 that it skips behind it, lie
   * inside x: oneDNN refuses a view that would reach into the next row or image.
   */
  private static List<Pixels> runs(Shape x, Shape y, int stride) {
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

  private dnnl_memory_desc in(Shape y, Pixels pixels) {
    long[] dims = Desc.dims(y, assembly.batch());
    dims[2] = pixels.rows();
    dims[3] = pixels.columns();
    long[] corner = {0, 0, pixels.row(), pixels.column()};
    return assembly.desc().box(assembly.desc().value(y, assembly.batch()), dims, corner);
  }

  /** Every stride-th pixel of x, seen in the shape of that rectangle of y. */
  private dnnl_memory_desc everyPixel(Shape x, int stride, Pixels pixels) {
    long[] dims = Desc.dims(x, assembly.batch());
    long[] strides = Desc.channelsLast(dims);
    long[] corner = {0, 0, (long) pixels.row() * stride, (long) pixels.column() * stride};
    if (pixels.columns() > 1) {
      strides[3] *= stride;
      dims[3] = pixels.columns();
    }
    if (pixels.rows() > 1) {
      strides[2] *= stride;
      dims[2] = pixels.rows();
    }
    dnnl_memory_desc view = assembly.desc().strided(dims, strides);
    dims[2] = pixels.rows();
    dims[3] = pixels.columns();
    return assembly.desc().box(view, dims, corner);
  }

  /**
   * x between channels of zeros.
   *
   * @param zeroed whether y has memory of its own, in which the zeros of the start still stand
   */
  public void padChannels(Shape x, Shape y, int before, boolean zeroed) {
    if (!zeroed) {
      zero(y);
    }
    dnnl_memory_desc target = channels(y, x, before);
    assembly.reorder(
        assembly.desc().value(x, assembly.batch()), assembly.input(0), target, assembly.output(0));
  }

  public void sliceChannels(Shape x, Shape y, int from) {
    dnnl_memory_desc source = channels(x, y, from);
    assembly.reorder(
        source, assembly.input(0), assembly.desc().value(y, assembly.batch()), assembly.output(0));
  }

  /** The channels of {@code whole} that {@code part} covers, from {@code first} on. */
  private dnnl_memory_desc channels(Shape whole, Shape part, int first) {
    return assembly
        .desc()
        .box(
            assembly.desc().value(whole, assembly.batch()),
            Desc.dims(part, assembly.batch()),
            new long[] {0, first, 0, 0});
  }

  private void zero(Shape shape) {
    long elements = shape.elements(assembly.batch());
    Operand target = assembly.output(0);
    assembly.add(
        memory -> {
          FloatBuffer values = memory.floats(target, elements);
          float[] zeros = new float[(int) Math.min(elements, 4096)];
          return () -> {
            for (int at = 0; at < values.limit(); at += zeros.length) {
              values.put(at, zeros, 0, Math.min(zeros.length, values.limit() - at));
            }
          };
        });
  }
}
