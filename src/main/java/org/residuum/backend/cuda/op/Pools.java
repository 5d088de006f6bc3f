package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.Shape;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Pool2d;

/** Pooling and its gradient over NHWC images. */
final class Pools {
  private static final String DIVISOR = " pad_bottom:i32 pad_right:i32 count_padding:i32";
  private static final String GLOBAL = " images:i64 pixels:i32 channels:i32";
  private static final Kernel MAX = lines("max_pool_forward", "x* y*" + Windows.PARAMETERS);
  private static final Kernel MAX_GRADIENT =
      lines("max_pool_backward", "x* dy* dx*" + Windows.PARAMETERS);
  private static final Kernel AVERAGE =
      lines("average_pool_forward", "x* y*" + Windows.PARAMETERS + DIVISOR);
  private static final Kernel AVERAGE_GRADIENT =
      lines("average_pool_backward", "dy* dx*" + Windows.PARAMETERS + DIVISOR);
  private static final Kernel GLOBAL_AVERAGE =
      lines("global_average_pool_forward", "x* y*" + GLOBAL);
  private static final Kernel GLOBAL_AVERAGE_GRADIENT =
      lines("global_average_pool_backward", "dy* dx*" + GLOBAL);

  private Pools() {}

  private static Kernel lines(String name, String signature) {
    return Kernel.of(name, GridRule.LINES, signature);
  }

  static void enter(CudaOps ops) {
    ops.add(MAX, MAX_GRADIENT, AVERAGE, AVERAGE_GRADIENT, GLOBAL_AVERAGE, GLOBAL_AVERAGE_GRADIENT);
    ops.add(Pool2d.class)
        .forward((to, node, op) -> forward(to, op))
        .inputGradient((to, node, op) -> gradient(to, op));
    ops.add(GlobalAveragePool.class)
        .forward((to, node, op) -> global(to, GLOBAL_AVERAGE, "x", "y", 1))
        .inputGradient(
            (to, node, op) -> global(to, GLOBAL_AVERAGE_GRADIENT, "dy", "dx", pixels(to.x())));
  }

  private static boolean isMax(Pool2d pool) {
    return pool.kind() == Pool2d.Kind.MAX;
  }

  private static void forward(CudaAssembly to, Pool2d pool) {
    Launch launch = to.launch(isMax(pool) ? MAX : AVERAGE);
    launch.pointer("x", to.input(0)).pointer("y", to.output(0));
    append(to, launch, pool, pool.outputs(List.of(to.x())).get(0));
  }

  private static void gradient(CudaAssembly to, Pool2d pool) {
    Launch launch = to.launch(isMax(pool) ? MAX_GRADIENT : AVERAGE_GRADIENT);
    if (isMax(pool)) {
      launch.pointer("x", to.input(0));
    }
    launch.pointer("dy", to.lastInput()).pointer("dx", to.output(0));
    append(to, launch, pool, to.x());
  }

  private static void append(CudaAssembly to, Launch launch, Pool2d pool, Shape result) {
    int images = to.rows(to.x());
    Windows.put(launch, images, to.x(), pool.outputs(List.of(to.x())).get(0), pool.window());
    if (!isMax(pool)) {
      launch
          .number("pad_bottom", pool.window().padBottom())
          .number("pad_right", pool.window().padRight())
          .number("count_padding", pool.countPadding() ? 1 : 0);
    }
    launch.over((long) images * result.extent(2), accesses(to, result.extent(3)));
  }

  private static void global(CudaAssembly to, Kernel kernel, String from, String name, int width) {
    int images = to.rows(to.x());
    to.launch(kernel)
        .pointer(from, to.input(0))
        .pointer(name, to.output(0))
        .number("images", images)
        .number("pixels", pixels(to.x()))
        .number("channels", to.x().extent(1))
        .over(images, accesses(to, width));
  }

  private static int pixels(Shape image) {
    return image.extent(2) * image.extent(3);
  }

  private static long accesses(CudaAssembly to, int pixels) {
    return GridRule.accesses(pixels, to.x().extent(1), to.type());
  }
}
