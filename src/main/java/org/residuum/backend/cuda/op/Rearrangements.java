package org.residuum.backend.cuda.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.Shape;
import org.residuum.network.op.Gather;

/**
 * Joins, transpositions and selections along any axis, as imported networks have them: copies of
 * boxes between strided places.
 */
final class Rearrangements {
  private static final int KERNEL_AXES = 4;
  private static final BoxAxis ONE = new BoxAxis(1, 0, 0);

  private final Assembly assembly;

  Rearrangements(Assembly assembly) {
    this.assembly = assembly;
  }

  void concat(int axis, List<Shape> parts, Shape y) {
    long[] to = strides(y);
    long offset = 0;
    for (int i = 0; i < parts.size(); i++) {
      Shape part = parts.get(i);
      copy(
          assembly.input(i), output(offset), BoxAxis.of(assembly.extents(part), strides(part), to));
      offset += part.extent(axis) * to[axis];
    }
  }

  /** x seen in the order of y's axes is copied to y. */
  void transpose(List<Integer> permutation, Shape x, Shape y) {
    long[] strides = strides(x);
    long[] from = permutation.stream().mapToLong(axis -> strides[axis]).toArray();
    List<BoxAxis> axes = BoxAxis.of(assembly.extents(y), from, strides(y));
    Transposition tiled = Transposition.of(axes);
    if (tiled != null && tiled.isWorthwhile()) {
      tiled.launch(assembly, assembly.input(0), assembly.output(0));
    } else {
      copy(assembly.input(0), assembly.output(0), axes);
    }
  }

  /** The fill value everywhere, if there is one, then a copy for each run of even steps. */
  void gather(Gather op, Shape x, Shape y) {
    List<Integer> indices = op.indices();
    if (indices.contains(Gather.FILL)) {
      long n = assembly.elements(y);
      assembly.launch(Kernel.FILL, assembly.type(), n, 1, assembly.output(0), n, op.fill());
    }
    int at = 0;
    while (at < indices.size()) {
      int end = endOfRun(indices, at);
      if (indices.get(at) != Gather.FILL) {
        gather(op, x, y, at, end);
      }
      at = end;
    }
  }

  /** Behind the last of the indices from {@code at} on that go in even steps, none of them FILL. */
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

  private void gather(Gather op, Shape x, Shape y, int at, int end) {
    int first = op.indices().get(at);
    int step = end - at > 1 ? op.indices().get(at + 1) - first : 1;
    int[] extents = assembly.extents(y);
    long[] from = strides(x);
    long[] to = strides(y);
    Operand source = assembly.input(0).plus(first * from[op.axis()] * assembly.type().bytes());
    Operand target = output(at * to[op.axis()]);
    extents[op.axis()] = end - at;
    from[op.axis()] *= step;
    copy(source, target, BoxAxis.of(extents, from, to));
  }

  private void copy(Operand x, Operand y, List<BoxAxis> axes) {
    long n = BoxAxis.elements(axes);
    if (BoxAxis.isDense(axes)) {
      assembly.copy(x, y, n * assembly.type().bytes());
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

  /** The part of a box that lies at positions {@code first} to {@code first + count - 1}. */
  private void copy(Operand x, Operand y, List<BoxAxis> axes, BoxAxis axis, int first, int count) {
    List<BoxAxis> part = new ArrayList<>(axes);
    if (count == 1) {
      part.remove(axis);
    } else {
      part.set(part.indexOf(axis), new BoxAxis(count, axis.from(), axis.to()));
    }
    int bytes = assembly.type().bytes();
    copy(x.plus(first * axis.from() * bytes), y.plus(first * axis.to() * bytes), part);
  }

  /** Never the innermost, which threads go along. */
  private static BoxAxis shortest(List<BoxAxis> axes) {
    List<BoxAxis> outer = axes.subList(0, axes.size() - 1);
    return Collections.min(outer, Comparator.comparingInt(BoxAxis::extent));
  }

  private void launch(Operand x, Operand y, int n, List<BoxAxis> axes) {
    List<BoxAxis> four = new ArrayList<>(axes);
    while (four.size() < KERNEL_AXES) {
      four.add(0, ONE);
    }
    List<Object> arguments = new ArrayList<>(List.of(x, y, n));
    four.subList(1, KERNEL_AXES).forEach(axis -> arguments.add(axis.extent()));
    four.forEach(axis -> arguments.add(axis.from()));
    four.forEach(axis -> arguments.add(axis.to()));
    assembly.launch(Kernel.STRIDED_COPY, assembly.type(), n, 1, arguments.toArray());
  }

  private Operand output(long offset) {
    return assembly.output(0).plus(offset * assembly.type().bytes());
  }

  private long[] strides(Shape shape) {
    return ChannelsLast.strides(assembly.extents(shape));
  }
}
