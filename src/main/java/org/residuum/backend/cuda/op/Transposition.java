package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.Place;

/**
 * y[b, c, m, r] = x[b, r, m, c] with both tensors dense, what the kernel {@code transpose} does.
 */
record Transposition(long batch, int rows, int middle, int columns) {
  static final Kernel KERNEL =
      Kernel.of("transpose", GridRule.TILES, "x* y* batch:i64 rows:i32 middle:i32 columns:i32");
  private static final BoxAxis ONE = new BoxAxis(1, 0, 0);
  private static final int TILE = 32;

  /** Fewer rows or columns than this leave most threads of a tile idle: 8 of 32. */
  private static final int WORTHWHILE = 8;

  /** The transposition that a copy of a box is, or null where it is none. */
  static Transposition of(List<BoxAxis> axes) {
    int first = !axes.isEmpty() && axes.get(0).from() != 1 ? 1 : 0;
    int inner = axes.size() - first;
    if (inner < 2 || inner > 3) {
      return null;
    }
    BoxAxis batch = first == 1 ? axes.get(0) : ONE;
    BoxAxis columns = axes.get(first);
    BoxAxis middle = inner == 3 ? axes.get(first + 1) : ONE;
    BoxAxis rows = axes.get(axes.size() - 1);
    Transposition found =
        new Transposition(batch.extent(), rows.extent(), middle.extent(), columns.extent());
    boolean dense =
        (first == 0 || found.isBatch(batch))
            && columns.from() == 1
            && columns.to() == (long) middle.extent() * rows.extent()
            && (inner == 2 || middle.from() == columns.extent() && middle.to() == rows.extent())
            && rows.from() == (long) middle.extent() * columns.extent()
            && rows.to() == 1;
    return dense ? found : null;
  }

  private boolean isBatch(BoxAxis axis) {
    long matrix = (long) rows * middle * columns;
    return axis.from() == matrix && axis.to() == matrix;
  }

  boolean isWorthwhile() {
    return Math.min(rows, columns) >= WORTHWHILE;
  }

  /** Appends the launch. */
  void append(CudaAssembly to, Place x, Place y) {
    long tiles = batch * middle * ((rows + TILE - 1) / TILE) * ((columns + TILE - 1) / TILE);
    to.launch(KERNEL)
        .pointer("x", x)
        .pointer("y", y)
        .number("batch", batch)
        .number("rows", rows)
        .number("middle", middle)
        .number("columns", columns)
        .over(tiles);
  }
}
