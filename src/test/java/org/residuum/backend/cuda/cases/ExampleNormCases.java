package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Cases of group_norm.cu against the formulas in doubles. */
final class ExampleNormCases {
  private static final float EPSILON = 1e-3f;
  private static final int[][] SHAPES = {
    {1, 1, 3, 1}, {3, 5, 8, 2}, {2, 20, 24, 3}, {4, 1, 300, 1}
  };

  private ExampleNormCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (int[] shape : SHAPES) {
        cases.addAll(new Norm(storage, shape[0], shape[1], shape[2], shape[3]).cases());
      }
    }
    return cases;
  }

  /** (images, pixels, channels) in groups. */
  private record Norm(ElementType storage, int images, int pixels, int channels, int groups) {
    int group(int i) {
      return i / (pixels * channels) * groups + i % channels / (channels / groups);
    }

    int count() {
      return pixels * channels / groups;
    }

    List<KernelCase> cases() {
      String detail = images + "×" + pixels + "×" + channels + " in " + groups + " groups";
      return List.of(
          new KernelCase(kernel("group_norm_forward"), storage, detail, this::forward),
          new KernelCase(kernel("group_norm_backward"), storage, detail, this::backward),
          new KernelCase(kernel("group_norm_sums"), storage, detail, this::sums));
    }

    private void forward(KernelRig rig) {
      Data data = new Data(this, rig);
      float[] beta = rig.vector(channels);
      DeviceArray y = rig.out(data.x.length);
      DeviceArray means = rig.outF32(data.mean.length);
      DeviceArray vars = rig.outF32(data.mean.length);
      rig.launch(
          kernel("group_norm_forward"),
          data.mean.length,
          1,
          with(extents(), rig.in(data.x), rig.inF32(data.gamma), rig.inF32(beta), y, means, vars));
      double roundings = count() + 16;
      Check.close("mean", ElementType.F32, i -> data.mean[i], means.read(), roundings, i -> 2);
      Check.close("var", ElementType.F32, i -> data.var[i], vars.read(), 4 * roundings, i -> 4);
      double steep = 8 / EPSILON;
      Check.close(
          "y",
          storage,
          i -> data.gamma[i % channels] * data.normal[i] + beta[i % channels],
          y.read(),
          roundings,
          i -> count() == 1 ? steep : 16 + 32 * data.scale(i));
    }

    private Object[] extents() {
      return new Object[] {(long) images, pixels, channels, groups, EPSILON};
    }

    private void backward(KernelRig rig) {
      Data data = new Data(this, rig);
      float[] dy = rig.activations(data.x.length);
      DeviceArray dx = rig.out(dy.length);
      rig.launch(
          kernel("group_norm_backward"),
          data.var.length,
          1,
          with(
              extents(),
              rig.in(data.x),
              rig.inF32(floats(data.mean)),
              rig.inF32(floats(data.var)),
              rig.in(dy),
              rig.inF32(data.gamma),
              dx));
      double[] sum = new double[data.var.length];
      double[] product = new double[data.var.length];
      for (int i = 0; i < dy.length; i++) {
        double own = data.gamma[i % channels] * (double) dy[i];
        sum[group(i)] += own / count();
        product[group(i)] += own * data.normal[i] / count();
      }
      double roundings = 4.0 * count() + 64;
      Check.close(
          "dx",
          storage,
          i ->
              (data.gamma[i % channels] * (double) dy[i]
                      - sum[group(i)]
                      - data.normal[i] * product[group(i)])
                  * data.scale(i),
          dx.read(),
          roundings,
          i -> 32 * data.scale(i));
    }

    private void sums(KernelRig rig) {
      Data data = new Data(this, rig);
      float[] dy = rig.activations(data.x.length);
      double[] dgamma = new double[channels];
      double[] dbeta = new double[channels];
      for (int i = 0; i < dy.length; i++) {
        dgamma[i % channels] += dy[i] * data.normal[i];
        dbeta[i % channels] += dy[i];
      }
      int rows = images * pixels;
      LaunchShape shape = GridRule.COLUMNS.shape(rows, channels, rig.storage());
      DeviceArray betas = rig.outF32(shape.gridY() * channels);
      DeviceArray gammas = rig.outF32(shape.gridY() * channels);
      Object[] extents = {(long) rows, channels, pixels, groups, EPSILON};
      rig.launch(
          kernel("group_norm_sums"),
          shape,
          with(
              extents,
              rig.in(data.x),
              rig.inF32(floats(data.mean)),
              rig.inF32(floats(data.var)),
              rig.in(dy),
              betas,
              gammas));
      double roundings = rows + 64.0;
      Check.close(
          "dbeta",
          ElementType.F32,
          i -> dbeta[i],
          total(betas, channels),
          roundings,
          i -> 2 * rows);
      Check.close(
          "dgamma",
          ElementType.F32,
          i -> dgamma[i],
          total(gammas, channels),
          roundings,
          i -> 64.0 * rows);
    }
  }

  /** Inputs, and what the forward kernel leaves to the others. */
  private static final class Data {
    private final Norm of;
    private final float[] x;
    private final float[] gamma;
    private final double[] mean;
    private final double[] var;
    private final double[] normal;

    Data(Norm of, KernelRig rig) {
      this.of = of;
      x = rig.activations(of.images * of.pixels * of.channels);
      gamma = rig.positive(of.channels);
      mean = new double[of.images * of.groups];
      var = new double[mean.length];
      for (int i = 0; i < x.length; i++) {
        mean[of.group(i)] += (double) x[i] / of.count();
      }
      for (int i = 0; i < x.length; i++) {
        double deviation = x[i] - mean[of.group(i)];
        var[of.group(i)] += deviation * deviation / of.count();
      }
      normal = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        normal[i] = (x[i] - mean[of.group(i)]) * scale(i);
      }
    }

    /** What element i's deviation is multiplied by. */
    double scale(int i) {
      return 1 / Math.sqrt(var[of.group(i)] + EPSILON);
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static Object[] with(Object[] numbers, DeviceArray... arrays) {
    List<Object> arguments = new ArrayList<>(List.of(arrays));
    arguments.addAll(List.of(numbers));
    return arguments.toArray();
  }

  private static float[] total(DeviceArray partials, int channels) {
    float[] all = partials.read();
    float[] sums = new float[channels];
    for (int i = 0; i < all.length; i++) {
      sums[i % channels] += all[i];
    }
    return sums;
  }
}
