package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.Shape;

/** Operations that only move elements. */
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
      long bytes = assembly.elements(from) * assembly.type().bytes();
      middle = inRowMajor(to) ? assembly.output(0) : assembly.scratch(bytes);
      transpose(assembly.input(0), middle, from, from.extent(2) * from.extent(3), from.extent(1));
    }
    if (!inRowMajor(to)) {
      transpose(middle, assembly.output(0), to, to.extent(1), to.extent(2) * to.extent(3));
    }
  }

  /** (images, rows, columns) → (images, columns, rows) */
  private void transpose(Operand from, Operand to, Shape shape, int rows, int columns) {
    long images = assembly.rows(shape);
    new Transposition(images, rows, 1, columns).launch(assembly, from, to);
  }

  void subsample(Shape x, Shape y, int stride) {
    move(Kernel.STRIDED_GATHER, x, y, stride, 0, y);
  }

  void subsampleGradient(Shape x, Shape y, int stride) {
    move(Kernel.STRIDED_SCATTER, x, y, stride, 0, x);
  }

  void padChannels(Shape x, Shape y, int before) {
    move(Kernel.STRIDED_GATHER, x, y, 1, before, y);
  }

  void sliceChannels(Shape x, Shape y, int from) {
    move(Kernel.STRIDED_GATHER, x, y, 1, -from, y);
  }

  private void move(Kernel kernel, Shape x, Shape y, int stride, int offset, Shape result) {
    int images = assembly.rows(x);
    assembly.launch(
        kernel,
        assembly.type(),
        (long) images * result.extent(2),
        GridRule.accesses(result.extent(3), result.extent(1), assembly.type()),
        assembly.input(0),
        assembly.output(0),
        images,
        x.extent(2),
        x.extent(3),
        x.extent(1),
        y.extent(2),
        y.extent(3),
        y.extent(1),
        stride,
        stride,
        offset);
  }
}
