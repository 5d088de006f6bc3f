package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.Shape;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;

/** Pooling and its gradient over NHWC images. */
final class Pools {
  private final Assembly assembly;
  private final Shape x;
  private final int images;

  /**
   * The pooling of the assembly's node, or that which the node is a gradient of.
   *
   * @param x the shape of its input
   */
  Pools(Assembly assembly, Shape x) {
    this.assembly = assembly;
    this.x = x;
    this.images = assembly.rows(x);
  }

  void forward(Pool2d pool) {
    Shape y = pool.outputs(List.of(x)).get(0);
    Object[] buffers = {assembly.input(0), assembly.output(0)};
    boolean max = pool.kind() == Pool2d.Kind.MAX;
    launch(
        max ? Kernel.MAX_POOL_FORWARD : Kernel.AVERAGE_POOL_FORWARD,
        (long) images * y.extent(2),
        y.extent(3),
        WindowArguments.of(buffers, images, x, y, pool.window(), max ? none() : divisor(pool)));
  }

  void gradient(Pool2d pool) {
    Shape y = pool.outputs(List.of(x)).get(0);
    boolean max = pool.kind() == Pool2d.Kind.MAX;
    Object[] buffers =
        max
            ? new Object[] {assembly.input(0), assembly.input(1), assembly.output(0)}
            : new Object[] {assembly.input(0), assembly.output(0)};
    launch(
        max ? Kernel.MAX_POOL_BACKWARD : Kernel.AVERAGE_POOL_BACKWARD,
        (long) images * x.extent(2),
        x.extent(3),
        WindowArguments.of(buffers, images, x, y, pool.window(), max ? none() : divisor(pool)));
  }

  private static Object[] none() {
    return new Object[0];
  }

  private static Object[] divisor(Pool2d pool) {
    Window window = pool.window();
    return new Object[] {window.padBottom(), window.padRight(), pool.countPadding() ? 1 : 0};
  }

  void globalForward() {
    global(Kernel.GLOBAL_AVERAGE_POOL_FORWARD, 1);
  }

  void globalGradient() {
    global(Kernel.GLOBAL_AVERAGE_POOL_BACKWARD, x.extent(2) * x.extent(3));
  }

  private void global(Kernel kernel, int pixels) {
    launch(
        kernel,
        images,
        pixels,
        assembly.input(0),
        assembly.output(0),
        (long) images,
        x.extent(2) * x.extent(3),
        x.extent(1));
  }

  private void launch(Kernel kernel, long lines, int pixels, Object... arguments) {
    long width = GridRule.accesses(pixels, x.extent(1), assembly.type());
    assembly.launch(kernel, assembly.type(), lines, width, arguments);
  }
}
