package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** First passes of column sums: what is summed, in which chunk, where it is left. */
final class ColumnCases {
  private static final int[][] SHAPES = {
    {1, 1}, {3, 1}, {37, 3}, {50, 17}, {37, 8}, {41, 24}, {70, 12}, {9, 136}, {65, 40}
  };

  /** Sums, a kernel's arrays and numbers, on a region. */
  @FunctionalInterface
  private interface Maker {
    Trial trial(KernelRig rig, Region region, Values values);
  }

  /** Elements and numbers of channels: few bits, so that sums are exact, or all of them. */
  private record Values(KernelRig rig, boolean coarse) {
    float[] elements(int n) {
      return coarse ? rig.coarse(n) : rig.activations(n);
    }

    float[] channels(int n) {
      return coarse ? rig.coarse(n) : rig.vector(n);
    }
  }

  private final List<KernelCase> cases = new ArrayList<>();

  private ColumnCases() {}

  static List<KernelCase> all() {
    ColumnCases all = new ColumnCases();
    all.add("bias_backward", (rig, region, v) -> bias(rig, region, v, false));
    all.add("bias_relu_backward", (rig, region, v) -> bias(rig, region, v, true));
    all.add("prelu_slope_sums", ColumnCases::slopes);
    all.specialSlopes();
    all.add("batch_norm_statistics", ColumnCases::statistics);
    all.add("group_norm_sums", ColumnCases::groupSums);
    all.add("batch_norm_backward_reduce", (rig, region, v) -> reduce(rig, region, v, false));
    all.add("batch_norm_relu_backward_reduce", (rig, region, v) -> reduce(rig, region, v, true));
    return all.cases;
  }

  private void add(String name, Maker maker) {
    Kernel kernel = kernel(name);
    for (ElementType storage : Kernel.TYPES) {
      for (int[] s : SHAPES) {
        cases.add(
            new KernelCase(
                kernel,
                storage,
                s[0] + "×" + s[1] + " every way",
                rig -> everyWay(rig, kernel, maker, s[0], s[1])));
      }
      cases.add(
          new KernelCase(kernel, storage, "over 2^32 elements", rig -> far(rig, kernel, maker)));
    }
  }

  /** Rounds over columns and rows, chunks of one and two rows, empty chunks. */
  private static void everyWay(KernelRig rig, Kernel kernel, Maker maker, int rows, int channels) {
    Values coarse = new Values(rig, true);
    LaunchShape[] shapes = {
      kernel.grid().shape(rows, channels),
      new LaunchShape(1, 3, 2, 1),
      new LaunchShape(2, 2, 1, 8),
      new LaunchShape(1, 5, 8, 32)
    };
    for (LaunchShape shape : shapes) {
      maker.trial(rig, Region.all(rows, channels, shape.gridY()), coarse).on(shape);
    }
    LaunchShape few = new LaunchShape(1, 2, 4, 4);
    boolean vectors =
        channels % (16 / rig.storage().bytes()) == 0 && !kernel.name().equals("group_norm_sums");
    maker
        .trial(rig, Region.all(rows, channels, 2), coarse)
        .misalignedAlone(few, vectors)
        .inPlace(few);
    Values rough = new Values(rig, false);
    int pairs = (rows + 1) / 2;
    Trial ofTwo = maker.trial(rig, Region.all(rows, channels, pairs), rough);
    ofTwo.on(new LaunchShape(1, pairs, 4, 1)).on(new LaunchShape(1, pairs, 4, 2));
    maker
        .trial(rig, Region.all(rows, channels, rows + 2), rough)
        .on(new LaunchShape(1, rows + 2, 4, 4));
  }

  private static void far(KernelRig rig, Kernel kernel, Maker maker) {
    rig.needsSomeBlocks();
    Values coarse = new Values(rig, true);
    boolean vectors = !kernel.name().equals("group_norm_sums");
    for (int width : vectors ? new int[] {16 / rig.storage().bytes(), 1} : new int[] {1}) {
      Region tall = Region.tall(width == 1 ? 3 : width);
      LaunchShape column = new LaunchShape(1, tall.chunks(), 4, 2);
      maker.trial(rig, tall, coarse).onBlock(column, tall.firstChunk(), width > 1);
      Region high = Region.high(width == 1 ? 3 : width);
      maker.trial(rig, high, coarse).onBlock(column, high.firstChunk(), width > 1);
      Region wide = Region.wide(width == 1 ? 3 : width);
      int blocks = wide.channels() / wide.columns();
      LaunchShape row = new LaunchShape(blocks, wide.chunks(), width == 1 ? 3 : 1, 1);
      maker.trial(rig, wide, coarse).onBlock(row, (long) blocks * wide.chunks() - 1, width > 1);
    }
  }

  /** The partial sums, exact or with products added in either way. */
  private static Trial partials(Trial trial, Region region, List<Region.Terms> terms) {
    float[][] sums = region.sums(terms);
    return trial.array(
        ElementType.F32, region.partialsOfAll(terms.size()), null, Trial.either(sums[0], sums[1]));
  }

  private static Trial bias(KernelRig rig, Region region, Values values, boolean relu) {
    int n = region.elements();
    float[] y = Specials.quick(rig.activations(n));
    float[] dy = values.elements(n);
    float[] g = masked(y, dy, relu);
    Trial trial = new Trial(rig, kernel(relu ? "bias_relu_backward" : "bias_backward"));
    trial.within(region.elementsOfAll());
    if (relu) {
      trial.reads(y).reads(dy).mayHold(n, Trial.exactly(g), "dy");
    } else {
      trial.reads(dy);
    }
    return partials(trial, region, List.of(i -> g[i])).numbers(region.rows(), region.channels());
  }

  /** Each lane of each row of a thread meets NaN, a small number, and 0 times infinity, alone. */
  private void specialSlopes() {
    Kernel kernel = kernel("prelu_slope_sums");
    for (ElementType storage : Kernel.TYPES) {
      cases.add(
          new KernelCase(
              kernel,
              storage,
              "a special value a column",
              rig -> {
                for (int rows = 9; rows <= 12; rows++) {
                  int channels = 24 * rows;
                  Region region = Region.all(rows, channels, 1);
                  float[] x = rig.coarse(region.elements());
                  float[] dy = rig.coarse(region.elements());
                  for (int c = 0; c < channels; c++) {
                    int i = c / 24 * channels + c;
                    x[i] = new float[] {Float.NaN, 0x1p-11f, 0}[c % 24 / 8];
                    dy[i] = x[i] == 0 ? Float.POSITIVE_INFINITY : 1;
                  }
                  LaunchShape shape = new LaunchShape(1, 1, 32, 1);
                  slopes(rig, region, x, dy).on(shape).misaligned(shape, "x");
                }
              }));
    }
  }

  private static float[] masked(float[] y, float[] dy, boolean relu) {
    float[] g = dy.clone();
    for (int i = 0; relu && i < g.length; i++) {
      g[i] = y[i] > 0 ? dy[i] : 0;
    }
    return g;
  }

  private static Trial slopes(KernelRig rig, Region region, Values values) {
    int n = region.elements();
    float[] x = values.elements(n);
    float[] dy = values.elements(n);
    for (int i = 0; i < n; i += 5) {
      x[i] = values.coarse() ? 0 : i % 3 == 0 ? Float.NaN : -0f;
    }
    return slopes(rig, region, x, dy);
  }

  private static Trial slopes(KernelRig rig, Region region, float[] x, float[] dy) {
    Trial trial =
        new Trial(rig, kernel("prelu_slope_sums"))
            .within(region.elementsOfAll())
            .reads(x)
            .reads(dy);
    return partials(trial, region, List.of(product(i -> x[i] > 0 ? 0 : x[i], i -> dy[i])))
        .numbers(region.rows(), region.channels());
  }

  private static Region.Terms product(Region.Terms p, Region.Terms q) {
    return new Region.Terms() {
      @Override
      public float p(int i) {
        return p.p(i);
      }

      @Override
      public float q(int i) {
        return q.p(i);
      }
    };
  }

  /** Of images of two pixels, or one where rows are odd or very many; as many groups as divide. */
  private static Trial groupSums(KernelRig rig, Region region, Values values) {
    int n = region.elements();
    int channels = region.channels();
    int pixels = region.rows() % 2 == 0 && region.firstChunk() == 0 ? 2 : 1;
    int groups = channels % 4 == 0 ? channels / 4 : channels;
    int width = channels / groups;
    long firstRow = region.begin(region.firstChunk());
    int images = (region.height() + pixels - 1) / pixels;
    Spread moments =
        new Spread(
            (region.rows() + pixels - 1) / pixels * groups,
            new long[] {firstRow / pixels * groups},
            new int[] {images * groups});
    float[] mean = values.channels(images * groups);
    float[] var = new float[mean.length];
    for (int g = 0; g < var.length; g++) {
      // Deviations 1/2, 1 and 2.
      var[g] = new float[] {0, 0.75f, 3.75f}[g % 3];
    }
    float[] x = values.elements(n);
    float[] dy = values.elements(n);
    Region.Terms normal =
        i -> {
          int c = region.firstColumn() + i % region.columns();
          int g = i / region.columns() / pixels * groups + c / width;
          return (x[i] - mean[g]) / (float) Math.sqrt(var[g] + 0.25f);
        };
    Trial trial = new Trial(rig, kernel("group_norm_sums")).within(region.elementsOfAll()).reads(x);
    trial.array(ElementType.F32, moments, mean, Trial.exactly(mean));
    trial.array(ElementType.F32, moments, var, Trial.exactly(var)).reads(dy);
    partials(trial, region, List.of(i -> dy[i]));
    return partials(trial, region, List.of(product(i -> dy[i], normal)))
        .numbers(region.rows(), channels, pixels, groups, 0.25f);
  }

  private static Trial reduce(KernelRig rig, Region region, Values values, boolean relu) {
    int n = region.elements();
    float[] x = values.elements(n);
    float[] y = Specials.quick(rig.activations(n));
    float[] dy = values.elements(n);
    float[] g = masked(y, dy, relu);
    float[] mean = values.channels(region.channels());
    Trial trial =
        new Trial(
                rig,
                kernel(relu ? "batch_norm_relu_backward_reduce" : "batch_norm_backward_reduce"))
            .within(region.elementsOfAll())
            .reads(x)
            .readsF32(mean);
    if (relu) {
      trial.reads(y);
    }
    trial.reads(dy);
    Region.Terms d = i -> x[i] - mean[region.firstColumn() + i % region.columns()];
    return partials(trial, region, List.of(i -> g[i], product(i -> g[i], d)))
        .numbers(region.rows(), region.channels());
  }

  /** Means and sums of squared differences of chunks, from differences to their first rows. */
  private static Trial statistics(KernelRig rig, Region region, Values values) {
    int n = region.elements();
    float[] x = values.elements(n);
    if (!values.coarse()) {
      Specials.quick(x);
    }
    int columns = region.columns();
    float[] first = new float[n];
    for (int i = 0; i < n; i++) {
      long row = region.begin(region.firstChunk()) + i / columns;
      long size = (region.rows() + region.chunks() - 1) / region.chunks();
      long begin = row / size * size - region.begin(region.firstChunk());
      first[i] = x[(int) begin * columns + i % columns];
    }
    Region.Terms d = i -> x[i] - first[i];
    float[][] sums = region.sums(List.of(d, product(d, d)));
    int half = sums[0].length / 2;
    for (int j = 0; j < half; j++) {
      int chunk = region.firstChunk() + j / columns;
      long rows = region.begin(chunk + 1) - region.begin(chunk);
      int i = (int) (region.begin(chunk) - region.begin(region.firstChunk())) * columns;
      float from = rows == 0 ? 0 : x[i + j % columns];
      float shift = sums[0][j] / Math.max(rows, 1);
      float fused = Math.fma(-sums[0][j], shift, sums[0][half + j]);
      float separate = sums[1][half + j] - sums[0][j] * shift;
      sums[0][half + j] = fused < 0 ? 0 : fused;
      sums[1][half + j] = separate < 0 ? 0 : separate;
      sums[0][j] = from + shift;
      sums[1][j] = sums[0][j];
    }
    return new Trial(rig, kernel("batch_norm_statistics"))
        .within(region.elementsOfAll())
        .reads(x)
        .array(ElementType.F32, region.partialsOfAll(2), null, Trial.either(sums[0], sums[1]))
        .numbers(region.rows(), region.channels());
  }
}
