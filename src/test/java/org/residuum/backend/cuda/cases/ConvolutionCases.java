package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Cases of convolution.cu. */
final class ConvolutionCases {
  private ConvolutionCases() {}

  /** Pictures of one column, two taps high, a line of output for each line of input. */
  private static final Geometry FAR = new Geometry(2, 8, 1, 0, 2, 1, 1, 1, 1, 0, 0, 0, 1, 1, false);

  /** Lines of im2col, whose threads along y share out the pixels. */
  private static final LaunchShape FAR_LINES = new LaunchShape((1 << 29) + 1, 1, 4, 1);

  private static final LaunchShape PIXELS_SHARED_OUT = new LaunchShape(2, 2, 3, 2);

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (Geometry g : Geometry.all()) {
        if (!g.ceil()) {
          lowering(
              cases,
              storage,
              new Groups(g, 1, g.images() == 1 ? 0 : g.channels() % 8 == 0 ? 8 : 3));
          lowering(cases, storage, new Groups(g.withChannels(16), 2, 0));
          lowering(cases, storage, new Groups(g.withChannels(6), 3, 5));
          lowering(cases, storage, new Groups(g.withChannels(24), 3, 8));
          if (g.images() == 1) {
            // Vectors but for the row's length, and but for a group's channels.
            lowering(cases, storage, new Groups(g.withChannels(16), 2, 3));
            lowering(cases, storage, new Groups(g.withChannels(24), 4, (8 - g.taps() * 6 % 8) % 8));
          }
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

    /** What the host launches for so many lines. */
    LaunchShape shape(ElementType storage, int lines) {
      long accesses = rowLength() * GridRule.accesses(1, channels(), storage) / channels();
      return GridRule.windows((long) lines * count, g.outWidth(), accesses);
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
              Trial trial = im2col(rig, groups, 0, half);
              Lines.everyWay(trial, half, groups.count(), vectors);
              trial.on(groups.shape(storage, half)).on(PIXELS_SHARED_OUT);
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
      far(cases, storage, "im2col", channels, rig -> farColumns(rig, groups), FAR_LINES);
    }
  }

  static void far(
      List<KernelCase> cases,
      ElementType storage,
      String name,
      int channels,
      Function<KernelRig, Trial> trial) {
    far(cases, storage, name, channels, trial, Lines.FAR);
  }

  private static void far(
      List<KernelCase> cases,
      ElementType storage,
      String name,
      int channels,
      Function<KernelRig, Trial> trial,
      LaunchShape shape) {
    cases.add(
        new KernelCase(
            kernel(name),
            storage,
            "over 2^32 lines of " + channels + " channels",
            rig -> {
              rig.needsSomeBlocks();
              trial.apply(rig).onBlock(shape, shape.gridX() - 1L, true);
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
      long first = i % 2 == 0 ? Lines.LAST_BLOCK : Lines.IMAGES - 1;
      starts[i] = (i / 2 * (long) Lines.IMAGES + first) * image;
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
   * The second half of a batch: 2^32 lines of two groups, of which the block takes the first and
   * the second group's in turn, each in another image.
   */
  private static Trial farColumns(KernelRig rig, Groups groups) {
    Geometry g = groups.g();
    int rounds = 16;
    int image = g.inputs() / 2;
    int length = groups.rowLength();
    long half = 4L * Lines.IMAGES;
    float[] x = rig.activations(rounds * image);
    float[] expected = new float[rounds * length];
    Stretches images = new Stretches(rounds, image);
    Stretches rows = new Stretches(rounds, length);
    for (int round = 0; round < rounds; round++) {
      long at = (round + 1L) * FAR_LINES.gridX() - 1;
      int group = (int) (at % 2);
      long line = at / 2;
      images.put(round, (half + line) / 8);
      rows.put((group == 0 ? 0 : (rounds + 1) / 2) + round / 2, group * half + line);
    }
    for (int i = 0; i < expected.length; i++) {
      long row = rows.starts[i / length] / length;
      int group = (int) (row / half);
      long line = row % half;
      int seen = groups.seen(group, (int) (line % 8), i % length);
      int round = (int) ((2 * line + group) / FAR_LINES.gridX());
      expected[i] = seen < 0 ? 0 : x[round * image + seen];
    }
    return new Trial(rig, kernel("im2col"))
        .within(images.of((long) Lines.IMAGES * image))
        .reads(x)
        .within(rows.of(2 * half * length))
        .writes(expected)
        .numbers(half, half, groups.count(), length)
        .numbers(manyImages(g));
  }

  /** Parts of a long array, of the same size each. */
  private record Stretches(long[] starts, int[] lengths) {
    Stretches(int count, int length) {
      this(new long[count], new int[count]);
      Arrays.fill(lengths, length);
    }

    void put(int part, long index) {
      starts[part] = index * lengths[part];
    }

    Spread of(long total) {
      return new Spread(total, starts, lengths);
    }
  }
}
