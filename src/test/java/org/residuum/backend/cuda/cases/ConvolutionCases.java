package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Cases of convolution.cu. */
final class ConvolutionCases {
  /** Images, height, width, channels, strides, channels of the result, and their offset. */
  private static final int[][] STRIDED = {
    {2, 8, 6, 8, 2, 2, 16, 4},
    {2, 8, 8, 16, 2, 2, 32, 8},
    {1, 7, 5, 3, 2, 2, 3, 0},
    {2, 7, 5, 9, 3, 2, 12, 2},
    {3, 4, 3, 40, 1, 1, 16, -16},
    {2, 5, 4, 16, 1, 3, 24, -8},
    {1, 4, 3, 24, 1, 1, 8, 16},
    {2, 4, 3, 16, 2, 1, 12, 0},
    {2, 4, 3, 12, 2, 1, 16, 0},
    {2, 4, 3, 16, 2, 1, 16, 3},
    {3, 1, 1, 5, 1, 1, 2, -3},
    {5, 3, 9, 8, 3, 4, 8, 0}
  };

  private ConvolutionCases() {}

  /** Pictures of one column, two taps high, a line of output for each line of input. */
  private static final Geometry FAR =
      new Geometry(2, 8, 1, 0, 2, 1, 1, 1, 1, 0, 0, 0, 1, 1, false);

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (Geometry g : Geometry.all()) {
        if (!g.ceil()) {
          lowering(cases, storage, new Groups(g, 1, 0));
          lowering(cases, storage, new Groups(g.withChannels(16), 2, 0));
          lowering(cases, storage, new Groups(g.withChannels(6), 3, 5));
          lowering(cases, storage, new Groups(g.withChannels(24), 3, 8));
        }
      }
      for (int[] s : STRIDED) {
        strided(
            cases,
            storage,
            new Strided(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], false));
      }
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

  private static void lowering(List<KernelCase> cases, ElementType storage, Groups groups) {
    Geometry g = groups.g();
    int lanes = 16 / storage.bytes();
    boolean vectors = groups.channels() % lanes == 0 && groups.rowLength() % lanes == 0;
    String detail = g + " groups " + groups.count() + " row padding " + groups.padding();
    cases.add(
        new KernelCase(
            kernel("im2col"),
            storage,
            detail,
            rig -> {
              // Two chunks, the second from an odd line on.
              int lines = g.images() * g.outHeight();
              int half = (lines + 1) / 2;
              Lines.everyWay(im2col(rig, groups, 0, half), half, groups.count(), vectors);
              if (half < lines) {
                Lines.rounds(im2col(rig, groups, half, lines - half));
              }
            }));
    cases.add(
        new KernelCase(
            kernel("col2im"),
            storage,
            detail,
            rig ->
                Lines.everyWay(
                    col2im(rig, groups), (long) g.images() * g.height(), g.width(), vectors)));
  }

  private static Trial im2col(KernelRig rig, Groups groups, int first, int count) {
    Geometry g = groups.g();
    float[] x = Specials.quick(rig.activations(g.inputs()));
    int rows = count * g.outWidth();
    float[] expected = new float[groups.count() * rows * groups.rowLength()];
    for (int i = 0; i < expected.length; i++) {
      int row = i / groups.rowLength();
      int position = first * g.outWidth() + row % rows;
      int seen = groups.seen(row / rows, position, i % groups.rowLength());
      expected[i] = seen < 0 ? 0 : x[seen];
    }
    return new Trial(rig, kernel("im2col"))
        .reads(x)
        .writes(expected)
        .numbers((long) first, (long) count, groups.count(), groups.rowLength())
        .numbers(g.arguments());
  }

  /** Sums in the order of the taps. */
  private static float[] gradient(KernelRig rig, Groups groups, float[] columns) {
    Geometry g = groups.g();
    float[] dx = new float[g.inputs()];
    int filled = g.taps() * groups.channels();
    for (int k = 0; k < filled; k++) {
      for (int row = 0; row < groups.count() * groups.positions(); row++) {
        int seen = groups.seen(row / groups.positions(), row % groups.positions(), k);
        if (seen >= 0) {
          dx[seen] += columns[row * groups.rowLength() + k];
        }
      }
    }
    for (int i = 0; i < dx.length; i++) {
      dx[i] = rig.stored(dx[i]);
    }
    return dx;
  }

  private static Trial col2im(KernelRig rig, Groups groups) {
    Geometry g = groups.g();
    float[] columns = rig.activations(groups.count() * groups.positions() * groups.rowLength());
    return new Trial(rig, kernel("col2im"))
        .reads(columns)
        .writes(gradient(rig, groups, columns))
        .numbers(groups.count(), groups.rowLength())
        .numbers(g.arguments());
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
      boolean far) {
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

    Spread whole(int elements) {
      return far ? Lines.twoImages(elements / 2) : Spread.dense(elements);
    }

    Object[] numbers() {
      return new Object[] {
        far ? Lines.IMAGES : images,
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
    int lanes = 16 / storage.bytes();
    boolean vectors =
        s.channels() % lanes == 0
            && s.outChannels() % lanes == 0
            && s.channelOffset() % lanes == 0;
    cases.add(
        new KernelCase(
            kernel("strided_gather"),
            storage,
            s.toString(),
            rig ->
                Lines.everyWay(
                    gather(rig, s), (long) s.images() * s.outHeight(), s.outWidth(), vectors)));
    cases.add(
        new KernelCase(
            kernel("strided_scatter"),
            storage,
            s.toString(),
            rig ->
                Lines.everyWay(
                    scatter(rig, s), (long) s.images() * s.height(), s.width(), vectors)));
  }

  private static Trial gather(KernelRig rig, Strided s) {
    float[] x = Specials.quick(rig.activations(s.inputs()));
    float[] y = new float[s.outputs()];
    for (int i = 0; i < y.length; i++) {
      y[i] = s.source(i) < 0 ? 0 : x[s.source(i)];
    }
    return new Trial(rig, kernel("strided_gather"))
        .within(s.whole(x.length))
        .reads(x)
        .within(s.whole(y.length))
        .writes(y)
        .numbers(s.numbers());
  }

  private static Trial scatter(KernelRig rig, Strided s) {
    float[] dy = rig.activations(s.outputs());
    float[] dx = new float[s.inputs()];
    for (int i = 0; i < dy.length; i++) {
      if (s.source(i) >= 0) {
        dx[s.source(i)] = dy[i];
      }
    }
    return new Trial(rig, kernel("strided_scatter"))
        .within(s.whole(dy.length))
        .reads(dy)
        .within(s.whole(dx.length))
        .writes(dx)
        .numbers(s.numbers());
  }

  /** Very many images, of which one block takes two. */
  private static void farAway(List<KernelCase> cases, ElementType storage) {
    int lanes = 16 / storage.bytes();
    for (int channels : new int[] {2 * lanes, 2}) {
      Strided s = new Strided(2, 8, 1, channels, 1, 1, 2 * channels, channels, true);
      far(cases, storage, "strided_gather", channels, rig -> gather(rig, s));
      far(cases, storage, "strided_scatter", channels, rig -> scatter(rig, s));
      Groups groups = new Groups(FAR.withChannels(channels), 2, channels / 2);
      far(cases, storage, "col2im", channels, rig -> farGradient(rig, groups));
      far(cases, storage, "im2col", channels, rig -> farColumns(rig, groups));
    }
    farPicture(cases, storage);
  }

  private static void far(
      List<KernelCase> cases,
      ElementType storage,
      String name,
      int channels,
      Function<KernelRig, Trial> trial) {
    cases.add(
        new KernelCase(
            kernel(name),
            storage,
            "over 2^32 lines of " + channels + " channels",
            rig -> {
              rig.needsSomeBlocks();
              trial.apply(rig).onBlock(Lines.FAR, Lines.LAST_BLOCK, true);
            }));
  }

  private static Object[] manyImages(Geometry g) {
    Object[] numbers = g.arguments();
    numbers[0] = Lines.IMAGES;
    return numbers;
  }

  /** Columns of two groups, of which each has those of two images. */
  private static Trial farGradient(KernelRig rig, Groups groups) {
    Geometry g = groups.g();
    int image = g.outHeight() * groups.rowLength();
    float[] columns = rig.activations(2 * 2 * image);
    long[] starts = new long[4];
    for (int i = 0; i < 4; i++) {
      starts[i] = (i / 2 * (long) Lines.IMAGES + Lines.IMAGES / (2 - i % 2) - 1) * image;
    }
    Spread spread =
        new Spread(2L * Lines.IMAGES * image, starts, new int[] {image, image, image, image});
    return new Trial(rig, kernel("col2im"))
        .within(spread)
        .reads(columns)
        .within(Lines.twoImages(g.inputs() / 2))
        .writes(gradient(rig, groups, columns))
        .numbers(groups.count(), groups.rowLength())
        .numbers(manyImages(g));
  }

  /**
   * The second half of a batch: 2^32 lines of two groups. The block takes lines 4 to 7 of an image
   * first and those of the last image then, each for both groups.
   */
  private static Trial farColumns(KernelRig rig, Groups groups) {
    Geometry g = groups.g();
    float[] x = rig.activations(g.inputs());
    long half = 4L * Lines.IMAGES;
    int length = groups.rowLength();
    float[] expected = new float[2 * 2 * 4 * length];
    for (int i = 0; i < expected.length; i++) {
      int line = i / length;
      int position = line / 4 % 2 * 8 + 4 + line % 4;
      int seen = groups.seen(line / 8, position, i % length);
      expected[i] = seen < 0 ? 0 : x[seen];
    }
    long[] starts = new long[4];
    for (int i = 0; i < 4; i++) {
      starts[i] = (i / 2 * half + (i % 2 == 0 ? half / 2 : half) - 4) * length;
    }
    int[] lengths = {4 * length, 4 * length, 4 * length, 4 * length};
    int image = g.inputs() / 2;
    long[] images = {(Lines.IMAGES * 3L / 4 - 1) * image, (Lines.IMAGES - 1L) * image};
    return new Trial(rig, kernel("im2col"))
        .within(new Spread((long) Lines.IMAGES * image, images, new int[] {image, image}))
        .reads(x)
        .within(new Spread(2 * half * length, starts, lengths))
        .writes(expected)
        .numbers(half, half, groups.count(), length)
        .numbers(manyImages(g));
  }

  /** An index over 2^31: the far corner of a picture of 60001 × 60001. */
  private static void farPicture(List<KernelCase> cases, ElementType storage) {
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
  }
}
