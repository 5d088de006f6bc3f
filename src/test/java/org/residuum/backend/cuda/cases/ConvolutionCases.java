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
  private ConvolutionCases() {}

  /** Pictures of one column, two taps high, a line of output for each line of input. */
  private static final Geometry FAR = new Geometry(2, 8, 1, 0, 2, 1, 1, 1, 1, 0, 0, 0, 1, 1, false);

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

  /** Very many images, of which one block takes two. */
  private static void farAway(List<KernelCase> cases, ElementType storage) {
    int lanes = 16 / storage.bytes();
    for (int channels : new int[] {2 * lanes, 2}) {
      Groups groups = new Groups(FAR.withChannels(channels), 2, channels / 2);
      far(cases, storage, "col2im", channels, rig -> farGradient(rig, groups));
      far(cases, storage, "im2col", channels, rig -> farColumns(rig, groups));
    }
  }

  static void far(
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
}
