package org.residuum.backend.cuda.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.network.Shape;
import org.residuum.network.op.Window;

/** The arguments that kernels over windows share, in their order in {@code window.cuh}. */
final class WindowArguments {
  private WindowArguments() {}

  /**
   * {@code before}, the window's arguments, {@code after}.
   *
   * @param images the images that a launch covers
   * @param x (N, C, H, W)
   * @param y (N, C', H', W')
   */
  static Object[] of(
      Object[] before, int images, Shape x, Shape y, Window window, Object... after) {
    List<Object> all = new ArrayList<>(Arrays.asList(before));
    all.addAll(
        List.<Object>of(images, x.extent(2), x.extent(3), x.extent(1), y.extent(2), y.extent(3)));
    all.addAll(
        List.<Object>of(
            window.height(),
            window.width(),
            window.strideY(),
            window.strideX(),
            window.padTop(),
            window.padLeft(),
            window.dilationY(),
            window.dilationX()));
    all.addAll(Arrays.asList(after));
    return all.toArray();
  }
}
