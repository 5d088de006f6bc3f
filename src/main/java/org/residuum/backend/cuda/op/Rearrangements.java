package org.residuum.backend.cuda.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.Place;
import org.residuum.network.Shape;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Gather;
import org.residuum.network.op.Transpose;

/**
 * Joins, transpositions and selections along any axis, as imported networks have them: copies of
 * boxes between strided places.
 */
final class Rearrangements {
  private static final int KERNEL_AXES = 4;
  private static final BoxAxis ONE = new BoxAxis(1, 0, 0);

  private static final Kernel FILL = Kernel.of("fill", GridRule.ELEMENTS, "y* n:i64 value:f32");
  private static final Kernel COPY =
      Kernel.of(
          "strided_copy",
          GridRule.ELEMENTS,
          "x* y* n:i32 extent1:i32 extent2:i32 extent3:i32 x_stride0:i64 x_stride1:i64"
              + " x_stride2:i64 x_stride3:i64 y_stride0:i64 y_stride1:i64 y_stride2:i64"
              + " y_stride3:i64");

  private final CudaAssembly to;

  private Rearrangements(CudaAssembly to) {
    this.to = to;
  }

  static void enter(CudaOps ops) {
    ops.add(FILL, COPY);
    ops.add(Concat.class)
        .forward((to, node, op) -> new Rearrangements(to).concat(op.axis(), node.inputShapes()));
    ops.add(Transpose.class)
        .forward((to, node, op) -> new Rearrangements(to).transpose(op.permutation()));
    ops.add(Gather.class).forward((to, node, op) -> new Rearrangements(to).gather(op));
  }

  private void concat(int axis, List<Shape> parts) {
    long[] target = strides(to.y());
    long offset = 0;
    for (int i = 0; i < parts.size(); i++) {
      Shape part = parts.get(i);
      copy(to.input(i), output(offset), BoxAxis.of(to.extents(part), strides(part), target));
      offset += part.extent(axis) * target[axis];
    }
  }

  /** Copies x to y in the order of y's axes. */
  private void transpose(List<Integer> permutation) {
    long[] strides = strides(to.x());
    long[] from = permutation.stream().mapToLong(axis -> strides[axis]).toArray();
    List<BoxAxis> axes = BoxAxis.of(to.extents(to.y()), from, strides(to.y()));
    Transposition tiled = Transposition.of(axes);
    if (tiled != null && tiled.isWorthwhile()) {
      tiled.append(to, to.input(0), to.output(0));
    } else {
      copy(to.input(0), to.output(0), axes);
    }
  }

  /** The fill value everywhere, if there is one, then a copy for each run of equal steps. */
  private void gather(Gather op) {
    List<Integer> indices = op.indices();
    if (indices.contains(Gather.FILL)) {
      long n = to.elements(to.y());
      to.launch(FILL).pointer("y", to.output(0)).number("n", n).number("value", op.fill()).over(n);
    }
    int at = 0;
    while (at < indices.size()) {
      int end = endOfRun(indices, at);
      if (indices.get(at) != Gather.FILL) {
        gather(op, at, end);
      }
      at = end;
    }
  }

  /** The end of the run of indices from {@code at} on in equal steps, none of them FILL. */
  private static int endOfRun(List<Integer> indices, int at) {
    int end = at + 1;
    while (end < indices.size()
        && indices.get(at) != Gather.FILL
        && indices.get(end) != Gather.FILL
        && indices.get(end) - indices.get(end - 1) == indices.get(at + 1) - indices.get(at)) {
      end++;
    }
    return end;
  }

  private void gather(Gather op, int at, int end) {
    int first = op.indices().get(at);
    int step = end - at > 1 ? op.indices().get(at + 1) - first : 1;
    int[] extents = to.extents(to.y());
    long[] from = strides(to.x());
    long[] target = strides(to.y());
    Place source = to.input(0).plus(first * from[op.axis()] * to.type().bytes());
    Place start = output(at * target[op.axis()]);
    extents[op.axis()] = end - at;
    from[op.axis()] *= step;
    copy(source, start, BoxAxis.of(extents, from, target));
  }

  private void copy(Place x, Place y, List<BoxAxis> axes) {
    long n = BoxAxis.elements(axes);
    if (BoxAxis.isDense(axes)) {
      to.copy(x, y, n * to.type().bytes());
    } else if (axes.size() > KERNEL_AXES) {
      BoxAxis axis = shortest(axes);
      for (int i = 0; i < axis.extent(); i++) {
        copy(x, y, axes, axis, i, 1);
      }
    } else if (n > Integer.MAX_VALUE) {
      BoxAxis axis = Collections.max(axes, Comparator.comparingInt(BoxAxis::extent));
      int half = axis.extent() / 2;
      copy(x, y, axes, axis, 0, half);
      copy(x, y, axes, axis, half, axis.extent() - half);
    } else {
      launch(x, y, (int) n, axes);
    }
  }

  /** The part of a box at positions {@code first} to {@code first + count - 1}. */
  private void copy(Place x, Place y, List<BoxAxis> axes, BoxAxis axis, int first, int count) {
    List<BoxAxis> part = new ArrayList<>(axes);
    if (count == 1) {
      part.remove(axis);
    } else {
      part.set(part.indexOf(axis), new BoxAxis(count, axis.from(), axis.to()));
    }
    int bytes = to.type().bytes();
    copy(x.plus(first * axis.from() * bytes), y.plus(first * axis.to() * bytes), part);
  }

  /** Never the innermost, along which threads run. */
  private static BoxAxis shortest(List<BoxAxis> axes) {
    List<BoxAxis> outer = axes.subList(0, axes.size() - 1);
    return Collections.min(outer, Comparator.comparingInt(BoxAxis::extent));
  }

  private void launch(Place x, Place y, int n, List<BoxAxis> axes) {
    List<BoxAxis> four = new ArrayList<>(axes);
    while (four.size() < KERNEL_AXES) {
      four.add(0, ONE);
    }
    Launch launch = to.launch(COPY).pointer("x", x).pointer("y", y).number("n", n);
    for (int i = 0; i < KERNEL_AXES; i++) {
      if (i > 0) {
        launch.number("extent" + i, four.get(i).extent());
      }
      launch.number("x_stride" + i, four.get(i).from());
      launch.number("y_stride" + i, four.get(i).to());
    }
    launch.over(n);
  }

  private Place output(long offset) {
    return to.output(0).plus(offset * to.type().bytes());
  }

  private long[] strides(Shape shape) {
    return ChannelsLast.strides(to.extents(shape));
  }
}
