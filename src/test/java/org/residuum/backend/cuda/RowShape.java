package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * A (rows, channels) array of activations that starts {@code offset} elements behind a boundary.
 */
record RowShape(Storage storage, int rows, int channels, int offset) {
  private static final int[][] SHAPES = {
    {1, 1}, {3, 1}, {17, 3}, {1, 64}, {64, 64}, {65, 17}, {5, 8}, {1300, 40}, {700, 3}, {9, 520}
  };

  static List<RowShape> all() {
    List<RowShape> all = new ArrayList<>();
    for (Storage storage : Storage.values()) {
      for (int[] shape : SHAPES) {
        all.add(new RowShape(storage, shape[0], shape[1], 0));
      }
      all.add(new RowShape(storage, 33, 16, 1));
      all.add(new RowShape(storage, 5, 65, 3));
    }
    return all;
  }

  int elements() {
    return rows * channels;
  }

  KernelCase of(Kernel kernel, KernelCase.Body body) {
    return new KernelCase(
        kernel,
        storage,
        rows + "×" + channels + (offset == 0 ? "" : " unaligned"),
        rig -> {
          rig.misalignBy(offset);
          body.run(rig);
        });
  }
}
