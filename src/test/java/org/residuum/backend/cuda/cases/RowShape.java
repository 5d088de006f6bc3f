package org.residuum.backend.cuda.cases;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/**
 * A (rows, channels) array of activations that starts {@code offset} elements behind a boundary.
 *
 * @param small whether the grid is so small that every loop goes round, and column sums have more
 *     chunks than a block of their second pass has rows, some of them empty
 */
record RowShape(ElementType storage, int rows, int channels, int offset, boolean small) {
  private static final int[][] SHAPES = {{1, 1}, {64, 64}, {700, 3}, {200, 40}};
  private static final int[][] SMALL_GRID_SHAPES = {{65, 17}};

  static List<RowShape> all() {
    List<RowShape> all = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (int[] shape : SHAPES) {
        all.add(new RowShape(storage, shape[0], shape[1], 0, false));
      }
      for (int[] shape : SMALL_GRID_SHAPES) {
        all.add(new RowShape(storage, shape[0], shape[1], 0, true));
      }
    }
    return all;
  }

  LaunchShape grid(Kernel kernel) {
    if (kernel.grid() == GridRule.COLUMNS) {
      return small ? new LaunchShape(1, 70, 8, 4) : GridRule.COLUMNS.shape(rows, channels, storage);
    }
    return small ? new LaunchShape(2, 1, 64, 1) : kernel.grid().shape(elements(), 1, storage);
  }

  LaunchShape finishGrid() {
    return small ? new LaunchShape(1, 1, 256, 1) : GridRule.COLUMN_FINISH.shape(channels, 1);
  }

  int elements() {
    return rows * channels;
  }

  KernelCase of(Kernel kernel, KernelCase.Body body) {
    return new KernelCase(
        kernel,
        storage,
        rows + "×" + channels + (offset == 0 ? "" : " unaligned") + (small ? " small grid" : ""),
        rig -> {
          rig.misalignBy(offset);
          body.run(rig);
        });
  }
}
