package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.Arrays;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.LaunchShape;

/**
 * A box for {@code strided_copy}: where it begins in x and y, its four extents and strides. What it
 * does not cover of y stays unwritten.
 */
record CopyCase(int[] extents, int x0, long[] from, int y0, long[] to, int offset) {
  private static final LaunchShape ONE_BLOCK = new LaunchShape(1, 1, 64, 1);

  static List<CopyCase> all() {
    return List.of(
        box(e(1, 1, 1, 1), 0, s(0, 0, 0, 0), 0, s(0, 0, 0, 0)),
        box(e(1, 1, 3, 17), 0, s(0, 0, 17, 1), 5, s(0, 0, 22, 1)),
        box(e(1, 2, 9, 64), 0, s(0, 0, 64, 1), 16, s(0, 640, 72, 1)),
        box(e(1, 2, 9, 64), 0, s(0, 0, 64, 1), 16, s(0, 640, 72, 1)).unaligned(),
        box(e(3, 5, 4, 7), 0, s(140, 7, 35, 1), 0, s(140, 28, 7, 1)),
        box(e(2, 3, 4, 5), 0, s(60, 5, 15, 1), 0, s(60, 1, 3, 12)),
        box(e(2, 3, 4, 65), 65 * 23, s(-65 * 12, -65 * 4, -65, 1), 0, s(780, 260, 65, 1)),
        box(e(1, 3, 4, 16), 48, s(0, 64, -16, 1), 0, s(0, 64, 16, 1)),
        box(e(1, 1, 40, 3), 2, s(0, 0, 0, 4), 0, s(0, 0, 3, 1)),
        box(e(5, 3, 1, 8), 0, s(48, 16, 0, 2), 0, s(24, 8, 0, 1)),
        box(e(5, 3, 1, 8), 0, s(48, 16, 0, 1), 0, s(48, 16, 0, 2)),
        box(e(2, 3, 2, 12), 0, s(144, 48, 24, 1), 0, s(72, 24, 12, 1)),
        box(e(2, 3, 2, 16), 0, s(225, 64, 32, 1), 0, s(224, 64, 32, 1)),
        box(e(2, 3, 2, 16), 0, s(224, 66, 32, 1), 0, s(224, 64, 32, 1)),
        box(e(2, 3, 2, 16), 0, s(224, 64, 28, 1), 0, s(224, 64, 32, 1)),
        box(e(2, 3, 2, 16), 0, s(224, 64, 32, 1), 0, s(225, 64, 32, 1)),
        box(e(2, 3, 2, 16), 0, s(224, 64, 32, 1), 0, s(224, 66, 32, 1)),
        box(e(2, 3, 2, 16), 0, s(224, 64, 32, 1), 0, s(224, 64, 28, 1)),
        box(e(2, 3, 2, 16), 1, s(224, 64, 32, 1), 0, s(224, 64, 32, 1)),
        box(e(2, 3, 2, 16), 0, s(224, 64, 32, 1), 1, s(224, 64, 32, 1)),
        box(e(3, 2, 5, 24), 8, s(480, 0, 24, 1), 16, s(240, 120, 24, 1)));
  }

  private static int[] e(int... extents) {
    return extents;
  }

  private static long[] s(long... strides) {
    return strides;
  }

  private static CopyCase box(int[] extents, int x0, long[] from, int y0, long[] to) {
    return new CopyCase(extents, x0, from, y0, to, 0);
  }

  private CopyCase unaligned() {
    return new CopyCase(extents, x0, from, y0, to, 1);
  }

  private int elements() {
    return Arrays.stream(extents).reduce(1, (a, b) -> a * b);
  }

  /** Where element i of the box lies. */
  private int place(int i, int first, long[] strides) {
    long place = first;
    int rest = i;
    for (int axis = 3; axis >= 0; axis--) {
      place += rest % extents[axis] * strides[axis];
      rest /= extents[axis];
    }
    return (int) place;
  }

  /** Elements from the beginning to behind the last that the box touches. */
  private int length(int first, long[] strides) {
    int length = 0;
    for (int i = 0; i < elements(); i++) {
      length = Math.max(length, place(i, first, strides) + 1);
    }
    return length;
  }

  void run(KernelRig rig) {
    rig.misalignBy(offset);
    float[] x = Specials.quick(rig.activations(length(x0, from)));
    float[] background = rig.activations(length(y0, to));
    float[] expected = background.clone();
    for (int i = 0; i < elements(); i++) {
      expected[place(i, y0, to)] = x[place(i, x0, from)];
    }
    DeviceArray source = rig.in(x);
    List<LaunchShape> shapes =
        List.of(
            kernel("strided_copy").grid().shape(elements(), 1),
            ONE_BLOCK,
            new LaunchShape(2, 1, 3, 1),
            new LaunchShape(1, 1, Math.max(1, elements() / 7), 1));
    for (LaunchShape shape : shapes) {
      if (shape.blockX() <= 256) {
        DeviceArray y = rig.in(background);
        int bytes = rig.storage().bytes();
        long first = source.address() + (long) x0 * bytes;
        rig.launch(
            kernel("strided_copy"), shape, arguments(first, y.address() + (long) y0 * bytes));
        Check.same("y", expected, y.read());
      }
    }
    Check.same("x", x, source.read());
  }

  private Object[] arguments(long x, long y) {
    return new Object[] {
      x,
      y,
      elements(),
      extents[1],
      extents[2],
      extents[3],
      from[0],
      from[1],
      from[2],
      from[3],
      to[0],
      to[1],
      to[2],
      to[3]
    };
  }

  /** Every axis 2^31 elements or more apart in x and in y, in vectors and one by one. */
  static void farAway(KernelRig rig) {
    // Some 200 GB, of which a real device would have to hold all.
    rig.needsSomeBlocks();
    for (int extent : new int[] {16, 2}) {
      long last = extent == 2 ? 1L << 31 : 1;
      long[] strides = {7L << 31, 15L << 31, 3L << 31, last};
      long[] others = {3L << 31, 7L << 31, 15L << 31, last};
      CopyCase far = box(e(2, 2, 2, extent), 0, strides, 0, others);
      int n = far.elements();
      Spread from = far.farSpread(strides);
      Spread to = far.farSpread(others);
      float[] values = rig.activations(n);
      DeviceArray x = rig.array(rig.storage(), from, 0).write(values);
      for (LaunchShape shape : List.of(ONE_BLOCK, new LaunchShape(1, 1, 2, 1))) {
        DeviceArray y = rig.array(rig.storage(), to, 0);
        rig.launch(kernel("strided_copy"), shape, far.arguments(x.address(), y.address()));
        Check.same("y", values, y.read());
      }
    }
  }

  /** Where the elements lie, in their order. */
  private Spread farSpread(long[] strides) {
    int n = elements();
    long[] starts = new long[n];
    int[] ones = new int[n];
    for (int i = 0; i < n; i++) {
      int rest = i;
      for (int axis = 3; axis >= 0; axis--) {
        starts[i] += rest % extents[axis] * strides[axis];
        rest /= extents[axis];
      }
      ones[i] = 1;
    }
    return new Spread(starts[n - 1] + 1, starts, ones);
  }

  @Override
  public String toString() {
    return Arrays.toString(extents)
        + " strides "
        + Arrays.toString(from)
        + " → "
        + Arrays.toString(to)
        + (offset == 0 ? "" : " unaligned");
  }
}
