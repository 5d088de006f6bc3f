package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.residuum.network.Shape;

/** Operations that only move elements: reorders between views of the memory. */
final class Moves {
  private final Assembly assembly;

  Moves(Assembly assembly) {
    this.assembly = assembly;
  }

  /** Whether a reshape keeps the elements where they are although images lie channels-last. */
  static boolean keepsPlace(Shape from, Shape to) {
    return inRowMajor(from) && inRowMajor(to) || from.equals(to);
  }

  private static boolean inRowMajor(Shape shape) {
    return shape.rank() != 4 || shape.extent(1) == 1 || shape.extent(2) * shape.extent(3) == 1;
  }

  /**
   * Elements in logical order (N, C, H, W) on both sides; through row-major order where both sides
   * are images.
   */
  void reshape(Shape from, Shape to) {
    Operand middle = assembly.input(0);
    if (!inRowMajor(from)) {
      middle =
          inRowMajor(to)
              ? assembly.output(0)
              : assembly.temporary(4 * from.elements(assembly.batch()));
      assembly.reorder(
          Desc.value(from, assembly.batch()), assembly.input(0), rowMajor(from), middle);
    }
    if (!inRowMajor(to)) {
      assembly.reorder(rowMajor(to), middle, Desc.value(to, assembly.batch()), assembly.output(0));
    }
  }

  private dnnl_memory_desc rowMajor(Shape shape) {
    return Desc.plain(Desc.dims(shape, assembly.batch()));
  }

  void subsample(Shape x, Shape y, int stride) {
    assembly.reorder(
        everyPixel(x, y, stride),
        assembly.input(0),
        Desc.value(y, assembly.batch()),
        assembly.output(0));
  }

  void subsampleGradient(Shape x, Shape y, int stride) {
    zero(x);
    assembly.reorder(
        Desc.value(y, assembly.batch()),
        assembly.input(0),
        everyPixel(x, y, stride),
        assembly.output(0));
  }

  /** Every stride-th pixel of x, seen in the shape of y. */
  private dnnl_memory_desc everyPixel(Shape x, Shape y, int stride) {
    long[] strides = Desc.channelsLast(Desc.dims(x, assembly.batch()));
    strides[2] *= stride;
    strides[3] *= stride;
    return Desc.strided(Desc.dims(y, assembly.batch()), strides);
  }

  void padChannels(Shape x, Shape y, int before) {
    zero(y);
    dnnl_memory_desc target = channels(y, x, before);
    assembly.reorder(
        Desc.value(x, assembly.batch()), assembly.input(0), target, assembly.output(0));
  }

  void sliceChannels(Shape x, Shape y, int from) {
    dnnl_memory_desc source = channels(x, y, from);
    assembly.reorder(
        source, assembly.input(0), Desc.value(y, assembly.batch()), assembly.output(0));
  }

  /** The channels of {@code whole} that {@code part} covers, from {@code first} on. */
  private dnnl_memory_desc channels(Shape whole, Shape part, int first) {
    return Desc.box(
        Desc.value(whole, assembly.batch()),
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
