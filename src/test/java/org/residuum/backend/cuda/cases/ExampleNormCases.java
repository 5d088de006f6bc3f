package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Cases of group_norm.cu, and of the kernels of PReLU, against the formulas in doubles. */
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
        cases.add(new Norm(storage, shape[0], shape[1], shape[2], shape[3]).kernelCase());
      }
    }
    for (RowShape shape : RowShape.all()) {
      prelu(cases, shape);
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

    KernelCase kernelCase() {
      String detail = images + "×" + pixels + "×" + channels + " in " + groups + " groups";
      return new KernelCase(kernel("group_norm_forward"), storage, detail, this::run);
    }

    private void run(KernelRig rig) {
      float[] x = rig.activations(images * pixels * channels);
      float[] gamma = rig.positive(channels);
      float[] beta = rig.vector(channels);
      double[] mean = new double[images * groups];
      double[] var = new double[images * groups];
      for (int i = 0; i < x.length; i++) {
        mean[group(i)] += (double) x[i] / count();
      }
      for (int i = 0; i < x.length; i++) {
        var[group(i)] += (x[i] - mean[group(i)]) * (x[i] - mean[group(i)]) / count();
      }
      DeviceArray y = rig.out(x.length);
      DeviceArray means = rig.outF32(mean.length);
      DeviceArray vars = rig.outF32(mean.length);
      DeviceArray in = rig.in(x);
      DeviceArray scale = rig.inF32(gamma);
      Object[] extents = {(long) images, pixels, channels, groups, EPSILON};
      rig.launch(
          kernel("group_norm_forward"),
          mean.length,
          1,
          with(extents, in, scale, rig.inF32(beta), y, means, vars));
      double roundings = count() + 16;
      Check.close("mean", ElementType.F32, i -> mean[i], means.read(), roundings, i -> 2);
      Check.close("var", ElementType.F32, i -> var[i], vars.read(), 4 * roundings, i -> 4);
      double[] normal = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        normal[i] = (x[i] - mean[group(i)]) / Math.sqrt(var[group(i)] + EPSILON);
      }
      double steep = 8 / EPSILON;
      Check.close(
          "y",
          storage,
          i -> gamma[i % channels] * normal[i] + beta[i % channels],
          y.read(),
          roundings,
          i -> count() == 1 ? steep : 16 + 4 / Math.sqrt(var[group(i)] + EPSILON) * 8);
      gradient(rig, in, scale, means, vars, normal, gamma, var, extents);
    }

    private void gradient(
        KernelRig rig,
        DeviceArray in,
        DeviceArray scale,
        DeviceArray means,
        DeviceArray vars,
        double[] normal,
        float[] gamma,
        double[] var,
        Object[] extents) {
      float[] dy = rig.activations(normal.length);
      DeviceArray upstream = rig.in(dy);
      DeviceArray dx = rig.out(normal.length);
      rig.launch(
          kernel("group_norm_backward"),
          var.length,
          1,
          with(extents, in, means, vars, upstream, scale, dx));
      double[] sum = new double[var.length];
      double[] product = new double[var.length];
      double[] dgamma = new double[channels];
      double[] dbeta = new double[channels];
      for (int i = 0; i < normal.length; i++) {
        double own = gamma[i % channels] * (double) dy[i];
        sum[group(i)] += own / count();
        product[group(i)] += own * normal[i] / count();
        dgamma[i % channels] += dy[i] * normal[i];
        dbeta[i % channels] += dy[i];
      }
      double roundings = 4.0 * count() + 64;
      Check.close(
          "dx",
          storage,
          i ->
              (gamma[i % channels] * (double) dy[i] - sum[group(i)] - normal[i] * product[group(i)])
                  / Math.sqrt(var[group(i)] + EPSILON),
          dx.read(),
          roundings,
          i -> 32 / Math.sqrt(var[group(i)] + EPSILON));
      sums(rig, new DeviceArray[] {in, means, vars, upstream}, dgamma, dbeta);
    }

    private void sums(KernelRig rig, DeviceArray[] read, double[] dgamma, double[] dbeta) {
      int rows = images * pixels;
      LaunchShape shape = GridRule.COLUMNS.shape(rows, channels);
      DeviceArray betas = rig.outF32(shape.gridY() * channels);
      DeviceArray gammas = rig.outF32(shape.gridY() * channels);
      Object[] extents = {(long) rows, channels, pixels, groups, EPSILON};
      rig.launch(
          kernel("group_norm_sums"),
          shape,
          with(extents, read[0], read[1], read[2], read[3], betas, gammas));
      double roundings = rows + 64.0;
      Check.close("dbeta", ElementType.F32, i -> dbeta[i], total(betas), roundings, i -> 2 * rows);
      Check.close(
          "dgamma", ElementType.F32, i -> dgamma[i], total(gammas), roundings, i -> 64.0 * rows);
    }

    private float[] total(DeviceArray partials) {
      float[] all = partials.read();
      float[] sums = new float[channels];
      for (int i = 0; i < all.length; i++) {
        sums[i % channels] += all[i];
      }
      return sums;
    }
  }

  private static Object[] with(Object[] numbers, DeviceArray... arrays) {
    List<Object> arguments = new ArrayList<>(List.of(arrays));
    arguments.addAll(List.of(numbers));
    return arguments.toArray();
  }

  private static void prelu(List<KernelCase> cases, RowShape shape) {
    Kernel select = kernel("prelu");
    Kernel sums = kernel("prelu_slope_sums");
    cases.add(
        shape.of(
            select,
            rig -> {
              float[] x = rig.fewLevels(shape.elements());
              float[] v = rig.activations(shape.elements());
              float[] slope = rig.vector(shape.channels());
              DeviceArray in = rig.in(x);
              DeviceArray values = rig.in(v);
              DeviceArray y = rig.out(x.length);
              Object[] extents = {(long) shape.rows(), shape.channels()};
              rig.launch(
                  select, shape.grid(select), with(extents, in, values, rig.inF32(slope), y));
              float[] expected = new float[x.length];
              for (int i = 0; i < x.length; i++) {
                expected[i] = x[i] > 0 ? v[i] : rig.stored(slope[i % shape.channels()] * v[i]);
              }
              Check.exact("y", expected, y.read());
              LaunchShape grid = shape.grid(sums);
              DeviceArray partials = rig.outF32(grid.gridY() * shape.channels());
              rig.launch(sums, grid, with(extents, in, values, partials));
              float[] all = partials.read();
              double[] got = new double[shape.channels()];
              double[] wanted = new double[shape.channels()];
              for (int i = 0; i < all.length; i++) {
                got[i % got.length] += all[i];
              }
              for (int i = 0; i < x.length; i++) {
                wanted[i % wanted.length] += x[i] > 0 ? 0 : x[i] * (double) v[i];
              }
              float[] totals = new float[got.length];
              for (int c = 0; c < got.length; c++) {
                totals[c] = (float) got[c];
              }
              Check.close(
                  "slopes",
                  ElementType.F32,
                  c -> wanted[c],
                  totals,
                  shape.rows() + 2,
                  c -> 2.0 * shape.rows());
            }));
  }
}
