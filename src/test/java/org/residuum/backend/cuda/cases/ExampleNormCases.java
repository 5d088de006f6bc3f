package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/**
 * Cases of group_norm.cu against the formulas in doubles; its column sums are {@link ColumnCases}.
 */
final class ExampleNormCases {
  private static final int BLOCK = 256;
  private static final float EPSILON = 0.25f;
  private static final int FAR_BLOCKS = (1 << 30) + 1;
  private static final int FAR_ROUNDS = 6;

  /** Images, pixels, channels, groups. */
  private static final int[][] SHAPES = {
    {1, 1, 3, 1}, {1, 1, 3, 3}, {3, 5, 8, 2}, {2, 20, 24, 3}, {4, 1, 300, 1}, {2, 90, 4, 1}
  };

  private ExampleNormCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (int[] s : SHAPES) {
        add(cases, new Norm(storage, s[0], s[1], s[2], s[3]));
      }
      // From one round to nine of the loops over a group, which nvcc unrolls.
      for (int rounds = 1; rounds <= 9; rounds++) {
        add(cases, new Norm(storage, 1, rounds * BLOCK / 4 - 7, 4, 1));
        add(cases, new Norm(storage, 1, rounds * BLOCK / 3 - 7, 6, 2));
      }
      Norm far = new Norm(storage, FAR_ROUNDS, 1, 2, 1);
      add(cases, far, "group_norm_forward", "over 2^32 images", rig -> far(rig, far, true));
      add(cases, far, "group_norm_backward", "over 2^32 images", rig -> far(rig, far, false));
    }
    return cases;
  }

  private static void add(List<KernelCase> cases, Norm norm) {
    String detail =
        norm.images + "×" + norm.pixels + "×" + norm.channels + " in " + norm.groups + " groups";
    add(
        cases,
        norm,
        "group_norm_forward",
        detail,
        rig -> everyWay(new Data(norm, rig).forward(rig), norm));
    add(
        cases,
        norm,
        "group_norm_backward",
        detail,
        rig -> everyWay(new Data(norm, rig).backward(rig), norm));
  }

  private static void add(
      List<KernelCase> cases, Norm norm, String name, String detail, KernelCase.Body body) {
    cases.add(new KernelCase(kernel(name), norm.storage, detail, body));
  }

  /** The last of very many blocks takes a few images that are very far apart. */
  private static void far(KernelRig rig, Norm norm, boolean forward) {
    rig.needsSomeBlocks();
    long[] starts = new long[FAR_ROUNDS];
    int[] lengths = new int[FAR_ROUNDS];
    for (int round = 0; round < FAR_ROUNDS; round++) {
      starts[round] = FAR_BLOCKS - 1 + (long) round * FAR_BLOCKS;
      lengths[round] = 1;
    }
    Spread images = new Spread((long) FAR_ROUNDS * FAR_BLOCKS, starts, lengths);
    Data data = new Data(norm, rig, images);
    LaunchShape grid = new LaunchShape(FAR_BLOCKS, 1, BLOCK, 1);
    (forward ? data.forward(rig) : data.backward(rig)).onBlock(grid, FAR_BLOCKS - 1, true);
  }

  /** A block a group, and fewer, which take several. */
  private static void everyWay(Trial trial, Norm norm) {
    int all = norm.images * norm.groups;
    trial.on(new LaunchShape(all, 1, BLOCK, 1)).on(new LaunchShape(all + 1, 1, BLOCK, 1));
    if (all > 1) {
      trial.on(new LaunchShape(1, 1, BLOCK, 1)).on(new LaunchShape((all + 1) / 2, 1, BLOCK, 1));
    }
    trial.inPlace(new LaunchShape(1, 1, BLOCK, 1));
  }

  /** (images, pixels, channels) in groups. */
  private record Norm(ElementType storage, int images, int pixels, int channels, int groups) {
    int elements() {
      return images * pixels * channels;
    }

    int group(int i) {
      return i / (pixels * channels) * groups + i % channels / (channels / groups);
    }

    int count() {
      return pixels * channels / groups;
    }

    /** Rounding units of a sum over a group: a thread's share, and the tree. */
    double steps() {
      return count() / 256.0 + 24;
    }
  }

  /** Inputs of few bits, whose sums are exact, and their moments. */
  private static final class Data {
    private final Norm of;
    private final float[] x;
    private final float[] gamma;
    private final float[] beta;
    private final float[] mean;
    private final double[] var;
    private final Spread images;

    Data(Norm of, KernelRig rig) {
      this(of, rig, Spread.dense(of.images));
    }

    /** The images looked at, of very many. */
    Data(Norm of, KernelRig rig, Spread images) {
      this.of = of;
      this.images = images;
      x = rig.coarse(of.elements());
      gamma = rig.vector(of.channels);
      beta = rig.vector(of.channels);
      mean = new float[of.images * of.groups];
      var = new double[mean.length];
      // One group of several holds a NaN, one an infinity.
      if (mean.length > 2) {
        x[of.elements() - 1] = Float.NaN;
        x[0] = Float.POSITIVE_INFINITY;
      }
      for (int i = 0; i < x.length; i++) {
        mean[of.group(i)] += x[i];
      }
      for (int g = 0; g < mean.length; g++) {
        mean[g] /= of.count();
      }
      for (int i = 0; i < x.length; i++) {
        double deviation = x[i] - (double) mean[of.group(i)];
        var[of.group(i)] += deviation * deviation / of.count();
      }
    }

    /** Where so many numbers of each image lie. */
    private Spread times(int each) {
      long[] starts = images.starts().clone();
      int[] lengths = images.lengths().clone();
      for (int part = 0; part < starts.length; part++) {
        starts[part] *= each;
        lengths[part] *= each;
      }
      return new Spread(images.total() * each, starts, lengths);
    }

    private Trial moments(Trial trial, float[] before, Trial.Expected after) {
      return trial.array(ElementType.F32, times(of.groups), before, after);
    }

    private double normal(int i) {
      int g = of.group(i);
      return (x[i] - (double) mean[g]) / Math.sqrt(var[g] + EPSILON);
    }

    Trial forward(KernelRig rig) {
      float[] means = mean;
      Trial trial =
          new Trial(rig, kernel("group_norm_forward")).within(times(of.pixels * of.channels));
      trial
          .reads(x)
          .readsF32(gamma)
          .readsF32(beta)
          .mayHold(
              x.length,
              (what, actual) ->
                  Check.close(
                      what,
                      of.storage,
                      i -> gamma[i % of.channels] * normal(i) + beta[i % of.channels],
                      actual,
                      of.steps(),
                      i -> {
                        int c = i % of.channels;
                        double size = Math.abs(x[i]) + Math.abs(mean[of.group(i)]);
                        return 4 * Math.abs(gamma[c]) * size + Math.abs(beta[c]);
                      }),
              "x");
      moments(trial, null, (what, actual) -> Check.exact(what, means, actual));
      Trial.Expected close =
          (what, actual) ->
              Check.close(what, ElementType.F32, g -> var[g], actual, of.steps(), g -> var[g]);
      return moments(trial, null, close)
          .numbers(images.total(), of.pixels, of.channels, of.groups, EPSILON);
    }

    /** With a mean and a variance that are not those of x, as the kernel need not care. */
    Trial backward(KernelRig rig) {
      float[] dy = rig.coarse(x.length);
      System.arraycopy(rig.coarse(mean.length), 0, mean, 0, mean.length);
      float[] given = rig.positive(var.length);
      for (int g = 0; g < var.length; g++) {
        var[g] = given[g];
      }
      double[] sum = new double[var.length];
      double[] product = new double[var.length];
      double[] size = new double[var.length];
      for (int i = 0; i < dy.length; i++) {
        double own = own(dy, i);
        sum[of.group(i)] += own / of.count();
        product[of.group(i)] += own * normal(i) / of.count();
        size[of.group(i)] += Math.abs(own) * (1 + Math.abs(normal(i))) / of.count();
      }
      Trial trial =
          new Trial(rig, kernel("group_norm_backward")).within(times(of.pixels * of.channels));
      trial.reads(x);
      moments(trial, mean, Trial.exactly(mean));
      return moments(trial, given, Trial.exactly(given))
          .reads(dy)
          .readsF32(gamma)
          .mayHold(
              x.length,
              (what, actual) ->
                  Check.close(
                      what,
                      of.storage,
                      i -> {
                        int g = of.group(i);
                        double part = own(dy, i) - sum[g] - normal(i) * product[g];
                        return part / Math.sqrt(var[g] + EPSILON);
                      },
                      actual,
                      of.steps(),
                      i -> {
                        int g = of.group(i);
                        return Math.abs(own(dy, i)) + size[g] * (1 + Math.abs(normal(i)));
                      }),
              "dy")
          .numbers(images.total(), of.pixels, of.channels, of.groups, EPSILON);
    }

    private double own(float[] dy, int i) {
      return gamma[i % of.channels] * (double) dy[i];
    }
  }
}
