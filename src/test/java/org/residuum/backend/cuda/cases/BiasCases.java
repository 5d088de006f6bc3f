package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Cases of bias.cu. */
final class BiasCases {
  private BiasCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (RowShape shape : RowShape.all()) {
      forward(cases, shape, kernel("bias_forward"), false, false);
      forward(cases, shape, kernel("bias_relu_forward"), false, true);
      forward(cases, shape, kernel("bias_residual_forward"), true, false);
      forward(cases, shape, kernel("bias_residual_relu_forward"), true, true);
      backward(cases, shape, false);
      backward(cases, shape, true);
    }
    return cases;
  }

  private static void forward(
      List<KernelCase> cases, RowShape shape, Kernel kernel, boolean residual, boolean relu) {
    cases.add(
        shape.of(
            kernel,
            rig -> {
              int channels = shape.channels();
              float[] x = rig.activations(shape.elements());
              float[] b = rig.vector(channels);
              float[] r = rig.activations(shape.elements());
              DeviceArray y = rig.out(x.length);
              List<Object> arguments = new ArrayList<>(List.of(rig.in(x), rig.inF32(b)));
              if (residual) {
                arguments.add(rig.in(r));
              }
              arguments.addAll(List.of(y, (long) shape.rows(), channels));
              rig.launch(kernel, shape.grid(kernel), arguments.toArray());
              float[] expected = new float[x.length];
              for (int i = 0; i < x.length; i++) {
                float sum = x[i] + b[i % channels];
                sum = residual ? sum + r[i] : sum;
                expected[i] = rig.stored(relu && sum < 0 ? 0 : sum);
              }
              Check.exact("y", expected, y.read());
            }));
  }

  private static void backward(List<KernelCase> cases, RowShape shape, boolean relu) {
    Kernel kernel = relu ? kernel("bias_relu_backward") : kernel("bias_backward");
    cases.add(
        shape.of(
            kernel,
            rig -> {
              int channels = shape.channels();
              float[] y = rig.fewLevels(shape.elements());
              float[] dy = rig.activations(shape.elements());
              LaunchShape grid = shape.grid(kernel);
              DeviceArray partials = rig.outF32(grid.gridY() * channels);
              DeviceArray dx = rig.out(dy.length);
              DeviceArray db = rig.outF32(channels);
              long rows = shape.rows();
              if (relu) {
                rig.launch(kernel, grid, rig.in(y), rig.in(dy), dx, partials, rows, channels);
              } else {
                rig.launch(kernel, grid, rig.in(dy), partials, rows, channels);
              }
              rig.launch(
                  kernel("column_sums_finish"),
                  shape.finishGrid(),
                  partials,
                  db,
                  grid.gridY(),
                  channels);
              double[] sums = new double[channels];
              double[] magnitudes = new double[channels];
              float[] masked = new float[dy.length];
              for (int i = 0; i < dy.length; i++) {
                masked[i] = !relu || y[i] > 0 ? dy[i] : 0;
                sums[i % channels] += masked[i];
                magnitudes[i % channels] += Math.abs(masked[i]);
              }
              if (relu) {
                Check.exact("dx", masked, dx.read());
              }
              Check.close(
                  "db", ElementType.F32, c -> sums[c], db.read(), rows - 1, c -> magnitudes[c]);
            }));
  }
}
