package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Cases of convolution.cu. */
final class ConvolutionCases {
  private ConvolutionCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (Geometry g : Geometry.all()) {
        if (!g.ceil()) {
          lowering(cases, storage, new Groups(g, 1, 0), 0);
          lowering(cases, storage, new Groups(g.withChannels(16), 2, 0), 0);
          lowering(cases, storage, new Groups(g.withChannels(15), 3, 5), 0);
          lowering(cases, storage, new Groups(g.withChannels(24), 3, 8), 1);
        }
      }
      strided(cases, storage, new Strided(2, 8, 6, 8, 2, 2, 16, 4, 0));
      strided(cases, storage, new Strided(2, 8, 8, 16, 2, 2, 32, 8, 0));
      strided(cases, storage, new Strided(1, 7, 5, 3, 2, 2, 3, 0, 0));
      strided(cases, storage, new Strided(2, 7, 5, 17, 3, 2, 20, 2, 0));
      strided(cases, storage, new Strided(1, 4, 3, 64, 1, 1, 16, -32, 0));
      strided(cases, storage, new Strided(1, 4, 3, 16, 1, 1, 16, 0, 1));
      strided(cases, storage, new Strided(3, 1, 1, 5, 1, 1, 2, -3, 0));
      farAway(cases, storage);
    }
    return cases;
  }

  /** A window's channels in groups; a row of columns is longer than needed by {@code padding}. */
  private record Groups(Geometry g, int count, int padding) {
    int channels() {
      return g.channels() / count;
    }

    int rowLength() {
      return g.taps() * channels() + padding;
    }

    int positions() {
      return g.images() * g.outHeight() * g.outWidth();
    }

    /** Index in x of what entry k of a group's row sees, or -1. */
    int seen(int group, int position, int k) {
      int pixel = k < g.taps() * channels() ? g.seen(position, k / channels()) : -1;
      return pixel < 0 ? -1 : pixel + group * channels() + k % channels();
    }
  }

  private static void lowering(
      List<KernelCase> cases, ElementType storage, Groups groups, int offset) {
    String detail = groups.g() + " groups " + groups.count() + (offset == 0 ? "" : " unaligned");
    cases.add(
        new KernelCase(
            kernel("im2col"),
            storage,
            detail,
            rig -> {
              rig.misalignBy(offset);
              im2col(rig, groups);
            }));
    cases.add(
        new KernelCase(
            kernel("col2im"),
            storage,
            detail,
            rig -> {
              rig.misalignBy(offset);
              col2im(rig, groups);
            }));
  }

  private static Object[] arguments(Geometry g, Object... first) {
    Object[] all = Arrays.copyOf(first, first.length + g.arguments().length);
    System.arraycopy(g.arguments(), 0, all, first.length, g.arguments().length);
    return all;
  }

  /** Two chunks, the second from an odd line on. */
  private static void im2col(KernelRig rig, Groups groups) {
    Geometry g = groups.g();
    float[] x = rig.activations(g.inputs());
    DeviceArray in = rig.in(x);
    int lines = g.images() * g.outHeight();
    int half = (lines + 1) / 2;
    for (int first = 0; first < lines; first += half) {
      int count = Math.min(half, lines - first);
      int rows = count * g.outWidth();
      float[] expected = new float[groups.count() * rows * groups.rowLength()];
      for (int i = 0; i < expected.length; i++) {
        int row = i / groups.rowLength();
        int position = first * g.outWidth() + row % rows;
        int seen = groups.seen(row / rows, position, i % groups.rowLength());
        expected[i] = seen < 0 ? 0 : x[seen];
      }
      DeviceArray columns = rig.out(expected.length);
      rig.launch(
          kernel("im2col"),
          (long) count * groups.count(),
          1,
          arguments(
              g, in, columns, (long) first, (long) count, groups.count(), groups.rowLength()));
      Check.exact("columns of line " + first + " on", expected, columns.read());
    }
  }

  private static void col2im(KernelRig rig, Groups groups) {
    Geometry g = groups.g();
    float[] columns = rig.activations(groups.count() * groups.positions() * groups.rowLength());
    DeviceArray dx = rig.out(g.inputs());
    rig.launch(
        kernel("col2im"),
        (long) g.images() * g.height(),
        1,
        arguments(g, rig.in(columns), dx, groups.count(), groups.rowLength()));
    double[] sums = new double[g.inputs()];
    double[] magnitudes = new double[g.inputs()];
    for (int i = 0; i < columns.length; i++) {
      int row = i / groups.rowLength();
      int group = row / groups.positions();
      int seen = groups.seen(group, row % groups.positions(), i % groups.rowLength());
      if (seen >= 0) {
        sums[seen] += columns[i];
        magnitudes[seen] += Math.abs(columns[i]);
      }
    }
    Check.close("dx", rig.storage(), i -> sums[i], dx.read(), g.taps(), i -> magnitudes[i]);
  }

  private record Strided(
      int images,
      int height,
      int width,
      int channels,
      int strideY,
      int strideX,
      int outChannels,
      int channelOffset,
      int misalignment) {
    int outHeight() {
      return (height + strideY - 1) / strideY;
    }

    int outWidth() {
      return (width + strideX - 1) / strideX;
    }

    int outputs() {
      return images * outHeight() * outWidth() * outChannels;
    }

    int inputs() {
      return images * height * width * channels;
    }

    /** The index in x of output i, or -1 where the output is a padded channel. */
    int source(int i) {
      int c = i % outChannels - channelOffset;
      int position = i / outChannels;
      int row = position / outWidth() % outHeight() * strideY;
      int column = position % outWidth() * strideX;
      int image = position / outWidth() / outHeight();
      return c < 0 || c >= channels ? -1 : ((image * height + row) * width + column) * channels + c;
    }

    Object[] arguments(DeviceArray from, DeviceArray to) {
      return new Object[] {
        from,
        to,
        images,
        height,
        width,
        channels,
        outHeight(),
        outWidth(),
        outChannels,
        strideY,
        strideX,
        channelOffset
      };
    }
  }

  private static void strided(List<KernelCase> cases, ElementType storage, Strided s) {
    cases.add(
        new KernelCase(
            kernel("strided_gather"),
            storage,
            s.toString(),
            rig -> {
              rig.misalignBy(s.misalignment());
              float[] x = rig.activations(s.inputs());
              DeviceArray y = rig.out(s.outputs());
              rig.launch(
                  kernel("strided_gather"),
                  (long) s.images() * s.outHeight(),
                  1,
                  s.arguments(rig.in(x), y));
              float[] expected = new float[s.outputs()];
              for (int i = 0; i < expected.length; i++) {
                expected[i] = s.source(i) < 0 ? 0 : x[s.source(i)];
              }
              Check.exact("y", expected, y.read());
            }));
    cases.add(
        new KernelCase(
            kernel("strided_scatter"),
            storage,
            s.toString(),
            rig -> {
              rig.misalignBy(s.misalignment());
              float[] dy = rig.activations(s.outputs());
              DeviceArray dx = rig.out(s.inputs());
              rig.launch(
                  kernel("strided_scatter"),
                  (long) s.images() * s.height(),
                  1,
                  s.arguments(rig.in(dy), dx));
              float[] expected = new float[s.inputs()];
              for (int i = 0; i < dy.length; i++) {
                if (s.source(i) >= 0) {
                  expected[s.source(i)] = dy[i];
                }
              }
              Check.exact("dx", expected, dx.read());
            }));
  }

  /** An index over 2^31: the far corner of a picture of 60001 × 60001. */
  private static void farAway(List<KernelCase> cases, ElementType storage) {
    cases.add(
        new KernelCase(
            kernel("strided_gather"),
            storage,
            "with 3.6e9 elements",
            rig -> {
              int side = 60_001;
              long x = rig.reserve((long) side * side * storage.bytes());
              float[] corners = {1, 2, 3, 4};
              for (int i = 0; i < 4; i++) {
                long at = (i / 2 * (side - 1L) * side + i % 2 * (side - 1L)) * storage.bytes();
                rig.poke(x + at, corners[i]);
              }
              DeviceArray y = rig.out(4);
              rig.launch(
                  kernel("strided_gather"),
                  2,
                  1,
                  x,
                  y,
                  1,
                  side,
                  side,
                  1,
                  2,
                  2,
                  1,
                  side - 1,
                  side - 1,
                  0);
              Check.exact("y", corners, y.read());
            }));
    cases.add(
        new KernelCase(
            kernel("im2col"),
            storage,
            "from line 3e7 of 3e9 elements on",
            rig -> {
              Geometry g = Geometry.square(300_000, 100, 1, 1, 1, 0);
              long x = rig.reserve(300_000L * 10_000 * storage.bytes());
              float[] line = rig.activations(100);
              for (int i = 0; i < 100; i++) {
                rig.poke(x + (299_999L * 10_000 + 9_900 + i) * storage.bytes(), line[i]);
              }
              DeviceArray columns = rig.out(100);
              rig.launch(
                  kernel("im2col"), 1, 1, arguments(g, x, columns, 299_999L * 100 + 99, 1L, 1, 1));
              Check.exact("columns", line, columns.read());
            }));
  }
}
