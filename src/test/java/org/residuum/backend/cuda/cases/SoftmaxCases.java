package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Cases of softmax.cu. */
final class SoftmaxCases {
  private static final int[][] SHAPES = {{1, 1}, {3, 10}, {17, 3}, {9, 64}, {2, 65}, {5, 1000}};

  private SoftmaxCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (int[] shape : SHAPES) {
        int rows = shape[0];
        int classes = shape[1];
        String detail = rows + "×" + classes;
        cases.add(
            new KernelCase(
                kernel("softmax_forward"), storage, detail, rig -> forward(rig, rows, classes)));
        cases.add(
            new KernelCase(
                kernel("softmax_backward"), storage, detail, rig -> backward(rig, rows, classes)));
        for (float smoothing : new float[] {0, 0.1f}) {
          int valid = rows - rows / 3;
          String all = detail + " of which " + valid + " valid, smoothing " + smoothing;
          cases.add(
              new KernelCase(
                  kernel("cross_entropy_forward"),
                  storage,
                  all,
                  rig -> new CrossEntropy(rig, rows, valid, classes, smoothing).forward()));
          cases.add(
              new KernelCase(
                  kernel("cross_entropy_backward"),
                  storage,
                  all,
                  rig -> new CrossEntropy(rig, rows, valid, classes, smoothing).backward()));
        }
      }
    }
    for (int rows : new int[] {1, 17, 300, 1030}) {
      cases.add(
          new KernelCase(
              kernel("mean_loss"), ElementType.F32, rows + " rows", rig -> mean(rig, rows)));
    }
    return cases;
  }

  /** Logits in 40..120, whose exponentials overflow fp32 unless the maximum is taken off. */
  private static float[] logits(KernelRig rig, int n) {
    float[] x = rig.vector(n);
    for (int i = 0; i < n; i++) {
      x[i] = rig.stored(20 * x[i] + 80);
    }
    return x;
  }

  private static double[] softmax(float[] x, int classes) {
    double[] p = new double[x.length];
    for (int first = 0; first < x.length; first += classes) {
      double max = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (int k = first; k < first + classes; k++) {
        max = Math.max(max, x[k]);
      }
      for (int k = first; k < first + classes; k++) {
        p[k] = Math.exp(x[k] - max);
        sum += p[k];
      }
      for (int k = first; k < first + classes; k++) {
        p[k] /= sum;
      }
    }
    return p;
  }

  /**
   * Rounding units of a probability: x - max and its product with log2 e each err by up to 80 units
   * of 1, ex2 by two, and the sum of the exponentials by their number.
   */
  private static double units(int classes) {
    return 2 * 80 * 1.5 + 6 + classes / 32.0 + 5;
  }

  private static void forward(KernelRig rig, int rows, int classes) {
    float[] x = logits(rig, rows * classes);
    DeviceArray y = rig.out(x.length);
    rig.launch(kernel("softmax_forward"), rows, 1, rig.in(x), y, (long) rows, classes);
    double[] p = softmax(x, classes);
    Check.close("y", rig.storage(), i -> p[i], y.read(), units(classes), i -> p[i]);
  }

  private static void backward(KernelRig rig, int rows, int classes) {
    float[] y = rig.activations(rows * classes);
    float[] dy = rig.activations(rows * classes);
    DeviceArray dx = rig.out(y.length);
    rig.launch(
        kernel("softmax_backward"), rows, 1, rig.in(y), rig.in(dy), dx, (long) rows, classes);
    double[] dot = new double[rows];
    double[] magnitude = new double[rows];
    for (int i = 0; i < y.length; i++) {
      dot[i / classes] += (double) y[i] * dy[i];
      magnitude[i / classes] += Math.abs((double) y[i] * dy[i]);
    }
    Check.close(
        "dx",
        rig.storage(),
        i -> y[i] * (dy[i] - dot[i / classes]),
        dx.read(),
        classes / 32.0 + 9,
        i -> Math.abs(y[i]) * (Math.abs(dy[i]) + magnitude[i / classes]));
  }

  private record CrossEntropy(
      KernelRig rig, int rows, int valid, int classes, float smoothing, float[] x, float[] labels) {
    CrossEntropy(KernelRig rig, int rows, int valid, int classes, float smoothing) {
      this(rig, rows, valid, classes, smoothing, logits(rig, rows * classes), new float[rows]);
      for (int row = 0; row < rows; row++) {
        labels[row] = rig.nextInt(classes);
      }
      labels[0] = classes - 1;
    }

    private double target(int i) {
      double hit = i % classes == (int) labels[i / classes] ? 1 - (double) smoothing : 0;
      return hit + (double) smoothing / classes;
    }

    void forward() {
      DeviceArray losses = rig.outF32(rows);
      rig.launch(
          kernel("cross_entropy_forward"),
          rows,
          1,
          rig.in(x),
          rig.inF32(labels),
          losses,
          (long) rows,
          (long) valid,
          classes,
          smoothing);
      double[] p = softmax(x, classes);
      double[] expected = new double[rows];
      for (int i = 0; i < valid * classes; i++) {
        double t = target(i);
        expected[i / classes] -= t == 0 ? 0 : t * Math.log(p[i]);
      }
      Check.close(
          "losses",
          ElementType.F32,
          row -> expected[row],
          losses.read(),
          classes / 32.0 + 20,
          row -> row < valid ? 1 + 80 : 0);
    }

    void backward() {
      DeviceArray dx = rig.out(x.length);
      rig.launch(
          kernel("cross_entropy_backward"),
          rows,
          1,
          rig.in(x),
          rig.inF32(labels),
          dx,
          (long) rows,
          (long) valid,
          classes,
          smoothing);
      double[] p = softmax(x, classes);
      Check.close(
          "dx",
          rig.storage(),
          i -> i < valid * classes ? (p[i] - target(i)) / valid : 0,
          dx.read(),
          units(classes),
          i -> i < valid * classes ? (p[i] + target(i)) / valid : 0);
    }
  }

  private static void mean(KernelRig rig, int rows) {
    float[] losses = rig.positive(rows);
    DeviceArray loss = rig.outF32(1);
    int valid = rows / 2 + 1;
    rig.launch(kernel("mean_loss"), 1, 1, rig.inF32(losses), loss, (long) rows, (long) valid);
    double sum = 0;
    for (float value : losses) {
      sum += value;
    }
    double mean = sum / valid;
    Check.close("loss", ElementType.F32, i -> mean, loss.read(), rows / 256.0 + 15, i -> mean);
  }
}
