package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Both passes of the reductions of batch_norm.cu together. */
final class BatchNormCases {
  private static final float EPSILON = 1e-5f;
  private static final float MOMENTUM = 0.1f;

  private BatchNormCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (RowShape shape : RowShape.all()) {
      cases.add(shape.of(kernel("batch_norm_statistics"), rig -> statistics(rig, shape, 0)));
      reduce(cases, shape, kernel("batch_norm_backward_reduce"), false);
      reduce(cases, shape, kernel("batch_norm_relu_backward_reduce"), true);
    }
    RowShape far = new RowShape(ElementType.F32, 1300, 12, 0, false);
    cases.add(
        new KernelCase(
            kernel("batch_norm_statistics"),
            ElementType.F32,
            "with a mean 4096 times the deviation",
            rig -> statistics(rig, far, 4096)));
    return cases;
  }

  private static void statistics(KernelRig rig, RowShape shape, float shift) {
    int channels = shape.channels();
    int rows = shape.rows();
    float[] x = rig.activations(shape.elements());
    for (int i = 0; i < x.length; i++) {
      x[i] = rig.stored(x[i] + shift);
    }
    float[] gamma = rig.vector(channels);
    float[] running = rig.positive(channels);
    LaunchShape grid = shape.grid(kernel("batch_norm_statistics"));
    DeviceArray partials = rig.outF32(2 * grid.gridY() * channels);
    DeviceArray mean = rig.outF32(channels);
    DeviceArray var = rig.outF32(channels);
    DeviceArray scale = rig.outF32(channels);
    DeviceArray runningMean = rig.inF32(running);
    DeviceArray runningVar = rig.inF32(running);
    rig.launch(kernel("batch_norm_statistics"), grid, rig.in(x), partials, (long) rows, channels);
    rig.launch(
        kernel("batch_norm_statistics_finish"),
        shape.finishGrid(),
        partials,
        rig.inF32(gamma),
        mean,
        var,
        scale,
        runningMean,
        runningVar,
        (long) rows,
        grid.gridY(),
        channels,
        EPSILON,
        MOMENTUM);
    Moments m = Moments.of(x, channels);
    // Each value is a sum of up to rows differences from a value of the channel, spread apart at
    // most.
    double roundings = rows + 8;
    Check.close(
        "mean",
        ElementType.F32,
        c -> m.mean[c],
        mean.read(),
        1,
        c -> Math.abs(m.mean[c]) + roundings * m.spread[c]);
    Check.close(
        "var",
        ElementType.F32,
        c -> m.var[c],
        var.read(),
        roundings,
        c -> 2 * m.spread[c] * m.spread[c]);
    double unbias = rows > 1 ? rows / (rows - 1.0) : 1;
    Check.close(
        "running mean",
        ElementType.F32,
        c -> running[c] + (double) MOMENTUM * (m.mean[c] - running[c]),
        runningMean.read(),
        4,
        c -> running[c] + Math.abs(m.mean[c]) + roundings * m.spread[c]);
    Check.close(
        "running var",
        ElementType.F32,
        c -> running[c] + (double) MOMENTUM * (m.var[c] * unbias - running[c]),
        runningVar.read(),
        roundings + 4,
        c -> running[c] + 2 * unbias * m.spread[c] * m.spread[c]);
    float[] variance = var.read();
    Check.close(
        "scale",
        ElementType.F32,
        c -> gamma[c] / Math.sqrt((double) variance[c] + EPSILON),
        scale.read(),
        3,
        c -> Math.abs(gamma[c]) / Math.sqrt((double) variance[c] + EPSILON));
  }

  /** The two passes of the reduction: dgamma, dbeta and the coefficients of dx. */
  private static void reduce(List<KernelCase> cases, RowShape shape, Kernel kernel, boolean relu) {
    cases.add(
        shape.of(
            kernel,
            rig -> {
              int channels = shape.channels();
              int rows = shape.rows();
              float[] x = rig.activations(shape.elements());
              float[] y = rig.fewLevels(shape.elements());
              float[] dy = rig.activations(shape.elements());
              float[] mean = rig.vector(channels);
              float[] var = rig.positive(channels);
              float[] gamma = rig.vector(channels);
              LaunchShape grid = shape.grid(kernel);
              DeviceArray partials = rig.outF32(2 * grid.gridY() * channels);
              DeviceArray dgamma = rig.outF32(channels);
              DeviceArray dbeta = rig.outF32(channels);
              DeviceArray coefficients = rig.outF32(3 * channels);
              List<Object> arguments = new ArrayList<>(List.of(rig.in(x), rig.inF32(mean)));
              if (relu) {
                arguments.add(rig.in(y));
              }
              arguments.addAll(List.of(rig.in(dy), partials, (long) rows, channels));
              rig.launch(kernel, grid, arguments.toArray());
              rig.launch(
                  kernel("batch_norm_backward_finish"),
                  shape.finishGrid(),
                  partials,
                  rig.inF32(gamma),
                  rig.inF32(var),
                  dgamma,
                  dbeta,
                  coefficients,
                  (long) rows,
                  grid.gridY(),
                  channels,
                  EPSILON);
              double[][] sums = new double[4][channels];
              for (int i = 0; i < x.length; i++) {
                int c = i % channels;
                double g = !relu || y[i] > 0 ? dy[i] : 0;
                double d = ((double) x[i] - mean[c]) / Math.sqrt((double) var[c] + EPSILON);
                sums[0][c] += g;
                sums[1][c] += g * d;
                sums[2][c] += Math.abs(g);
                sums[3][c] += Math.abs(g * d);
              }
              Check.close(
                  "dbeta", ElementType.F32, c -> sums[0][c], dbeta.read(), rows, c -> sums[2][c]);
              Check.close(
                  "dgamma",
                  ElementType.F32,
                  c -> sums[1][c],
                  dgamma.read(),
                  rows + 5,
                  c -> sums[3][c]);
              Check.close(
                  "coefficient",
                  ElementType.F32,
                  i -> coefficient(i, channels, rows, gamma, var, sums[0], sums[1]),
                  coefficients.read(),
                  rows + 10,
                  i -> Math.abs(coefficient(i, channels, rows, gamma, var, sums[2], sums[3])));
            }));
  }

  private static double coefficient(
      int i, int channels, int rows, float[] gamma, float[] var, double[] dbeta, double[] dgamma) {
    int c = i % channels;
    double deviation = Math.sqrt((double) var[c] + EPSILON);
    double scale = gamma[c] / deviation;
    return switch (i / channels) {
      case 0 -> scale;
      case 1 -> scale * dbeta[c] / rows;
      default -> scale * dgamma[c] / rows / deviation;
    };
  }

  /** Mean, biased variance and largest distance of two values of each channel. */
  private record Moments(double[] mean, double[] var, double[] spread) {
    static Moments of(float[] x, int channels) {
      int rows = x.length / channels;
      double[] mean = new double[channels];
      double[] var = new double[channels];
      double[] low = new double[channels];
      double[] high = new double[channels];
      java.util.Arrays.fill(low, Double.POSITIVE_INFINITY);
      java.util.Arrays.fill(high, Double.NEGATIVE_INFINITY);
      for (int i = 0; i < x.length; i++) {
        int c = i % channels;
        mean[c] += x[i] / (double) rows;
        low[c] = Math.min(low[c], x[i]);
        high[c] = Math.max(high[c], x[i]);
      }
      for (int i = 0; i < x.length; i++) {
        double d = x[i] - mean[i % channels];
        var[i % channels] += d * d / rows;
      }
      for (int c = 0; c < channels; c++) {
        high[c] -= low[c];
      }
      return new Moments(mean, var, high);
    }
  }
}
