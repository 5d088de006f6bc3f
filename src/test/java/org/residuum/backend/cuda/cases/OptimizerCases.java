package org.residuum.backend.cuda.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Cases of optimizer.cu. */
final class OptimizerCases {
  private static final int[] SIZES = {1, 3, 16, 17, 64, 65, 1030};
  private static final float RATE = 0.05f;
  private static final float DECAY = 0.01f;
  private static final float SCALE = 0.25f;
  private static final float CORRECTION = 2.5f;

  private OptimizerCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (int n : SIZES) {
      for (int offset : new int[] {0, 1}) {
        add(cases, kernel("sgd"), n, offset, OptimizerCases::sgd);
        add(cases, kernel("sgd_momentum"), n, offset, (rig, size) -> momentum(rig, size, 0));
        add(cases, kernel("sgd_momentum"), n, offset, (rig, size) -> momentum(rig, size, 1));
        add(cases, kernel("adamw"), n, offset, OptimizerCases::adamw);
        add(cases, kernel("square_sums"), n, offset, OptimizerCases::norm);
      }
      add(cases, kernel("sgd"), n, 0, (rig, size) -> nothingHappens(rig, size, kernel("sgd")));
      add(cases, kernel("adamw"), n, 0, (rig, size) -> nothingHappens(rig, size, kernel("adamw")));
      add(
          cases,
          kernel("sgd_momentum"),
          n,
          0,
          (rig, size) -> nothingHappens(rig, size, kernel("sgd_momentum")));
    }
    add(cases, kernel("square_sums"), 20_000, 0, OptimizerCases::norm);
    add(cases, kernel("clip_scale"), 3, 0, (rig, size) -> scale(rig, 2, 1, 0.5f));
    add(cases, kernel("clip_scale"), 3, 0, (rig, size) -> scale(rig, 2, 4, 1));
    add(cases, kernel("clip_scale"), 3, 0, (rig, size) -> scale(rig, 2, 0, 1));
    add(cases, kernel("clip_scale"), 3, 0, (rig, size) -> scale(rig, 0, 1, 1));
    add(
        cases,
        kernel("clip_scale"),
        3,
        0,
        (rig, size) -> scale(rig, Float.POSITIVE_INFINITY, 1, 0));
    add(cases, kernel("clip_scale"), 3, 0, (rig, size) -> scale(rig, Float.NaN, 0, 0));
    return cases;
  }

  @FunctionalInterface
  private interface Body {
    void run(KernelRig rig, int n);
  }

  private static void add(List<KernelCase> cases, Kernel kernel, int n, int offset, Body body) {
    cases.add(
        new KernelCase(
            kernel,
            ElementType.F32,
            "n=" + n + (offset == 0 ? "" : " unaligned"),
            rig -> {
              rig.misalignBy(offset);
              body.run(rig, n);
            }));
  }

  /** Every second segment of 16 decays. */
  private static boolean decays(int i) {
    return i / 16 % 2 == 0;
  }

  private static long decayMask(KernelRig rig, int n) {
    byte[] mask = new byte[(n + 15) / 16];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (decays(i * 16) ? 1 : 0);
    }
    return rig.bytes(mask);
  }

  /** Norm, scale, largest norm, rate, correction and the rate's product with the decay. */
  private static DeviceArray control(KernelRig rig, float scale) {
    return rig.inF32(new float[] {7, scale, 9, RATE, CORRECTION, DECAY});
  }

  private static void sgd(KernelRig rig, int n) {
    float[] w = rig.vector(n);
    float[] g = rig.vector(n);
    DeviceArray weights = rig.inF32(w);
    rig.launch(
        kernel("sgd"),
        n,
        1,
        weights,
        rig.inF32(g),
        decayMask(rig, n),
        control(rig, SCALE),
        (long) n,
        DECAY);
    Check.close(
        "w",
        ElementType.F32,
        i -> w[i] - (double) RATE * gradient(w, g, i),
        weights.read(),
        5,
        i -> Math.abs(w[i]) + Math.abs(g[i]));
  }

  private static double gradient(float[] w, float[] g, int i) {
    return (double) g[i] * SCALE + (decays(i) ? (double) DECAY * w[i] : 0);
  }

  private static void momentum(KernelRig rig, int n, int nesterov) {
    float[] w = rig.vector(n);
    float[] g = rig.vector(n);
    float[] v = rig.vector(n);
    float momentum = 0.9f;
    DeviceArray weights = rig.inF32(w);
    DeviceArray velocity = rig.inF32(v);
    rig.launch(
        kernel("sgd_momentum"),
        n,
        1,
        weights,
        rig.inF32(g),
        velocity,
        decayMask(rig, n),
        control(rig, SCALE),
        (long) n,
        momentum,
        DECAY,
        nesterov);
    double[] next = new double[n];
    for (int i = 0; i < n; i++) {
      next[i] = (double) momentum * v[i] + gradient(w, g, i);
    }
    Check.close(
        "v",
        ElementType.F32,
        i -> next[i],
        velocity.read(),
        5,
        i -> Math.abs(v[i]) + Math.abs(w[i]) + Math.abs(g[i]));
    Check.close(
        "w",
        ElementType.F32,
        i ->
            w[i]
                - (double) RATE
                    * (nesterov == 1 ? gradient(w, g, i) + (double) momentum * next[i] : next[i]),
        weights.read(),
        6,
        i -> Math.abs(w[i]) + Math.abs(v[i]) + Math.abs(g[i]));
  }

  private static void adamw(KernelRig rig, int n) {
    float[] w = rig.vector(n);
    float[] g = rig.vector(n);
    float[] m = rig.vector(n);
    float[] v = rig.positive(n);
    float beta1 = 0.875f;
    float beta2 = 0.984375f;
    float epsilon = 1e-8f;
    DeviceArray weights = rig.inF32(w);
    DeviceArray first = rig.inF32(m);
    DeviceArray second = rig.inF32(v);
    rig.launch(
        kernel("adamw"),
        n,
        1,
        weights,
        rig.inF32(g),
        first,
        second,
        decayMask(rig, n),
        control(rig, SCALE),
        (long) n,
        beta1,
        beta2,
        epsilon);
    double[] nextM = new double[n];
    double[] nextV = new double[n];
    for (int i = 0; i < n; i++) {
      double scaled = (double) g[i] * SCALE;
      nextM[i] = beta1 * m[i] + (1 - beta1) * scaled;
      nextV[i] = beta2 * v[i] + (1 - beta2) * scaled * scaled;
    }
    Check.close(
        "m", ElementType.F32, i -> nextM[i], first.read(), 4, i -> Math.abs(m[i]) + Math.abs(g[i]));
    Check.close("v", ElementType.F32, i -> nextV[i], second.read(), 5, i -> nextV[i]);
    Check.close(
        "w",
        ElementType.F32,
        i -> {
          double keep = decays(i) ? 1 - (double) DECAY : 1;
          return keep * w[i] - RATE * nextM[i] / (Math.sqrt(nextV[i]) * CORRECTION + epsilon);
        },
        weights.read(),
        12,
        i -> Math.abs(w[i]) + Math.abs(m[i]) + Math.abs(g[i]));
  }

  private static void nothingHappens(KernelRig rig, int n, Kernel kernel) {
    float[] w = rig.vector(n);
    float[] g = new float[n];
    java.util.Arrays.fill(g, Float.NaN);
    DeviceArray weights = rig.inF32(w);
    DeviceArray state = rig.inF32(w);
    DeviceArray gradients = rig.inF32(g);
    DeviceArray control = control(rig, 0);
    long mask = decayMask(rig, n);
    if (kernel.equals(kernel("sgd"))) {
      rig.launch(kernel, n, 1, weights, gradients, mask, control, (long) n, DECAY);
    } else if (kernel.equals(kernel("sgd_momentum"))) {
      rig.launch(kernel, n, 1, weights, gradients, state, mask, control, (long) n, 0.9f, DECAY, 1);
    } else {
      rig.launch(
          kernel, n, 1, weights, gradients, state, state, mask, control, (long) n, 0.9f, 0.99f,
          1e-8f);
    }
    Check.exact("w at scale 0", w, weights.read());
    Check.exact("state at scale 0", w, state.read());
  }

  private static void norm(KernelRig rig, int n) {
    float[] g = rig.vector(n);
    LaunchShape grid = kernel("square_sums").grid().shape(n, 1);
    DeviceArray partials = rig.outF32(grid.gridX());
    DeviceArray control = rig.inF32(new float[] {0, 0, 1});
    rig.launch(kernel("square_sums"), grid, rig.inF32(g), partials, (long) n);
    rig.launch(kernel("clip_scale"), 1, 1, partials, control, grid.gridX());
    double sum = 0;
    for (float value : g) {
      sum += (double) value * value;
    }
    double norm = Math.sqrt(sum);
    double[] expected = {norm, norm > 1 ? 1 / norm : 1, 1};
    // Each thread of 256 a block adds up to 16 squares or, past the largest grid, more.
    double roundings = 4 + 16 + 8 + grid.gridX() / 256.0 + 8;
    Check.close(
        "norm and scale",
        ElementType.F32,
        i -> expected[i],
        control.read(),
        roundings,
        i -> expected[i]);
  }

  private static void scale(KernelRig rig, float norm, float maxNorm, float expected) {
    DeviceArray partials = rig.inF32(new float[] {0, norm * norm, 0});
    DeviceArray control = rig.inF32(new float[] {0, 0, maxNorm});
    rig.launch(kernel("clip_scale"), 1, 1, partials, control, 3);
    assertEquals(norm, control.read()[0], "norm");
    assertEquals(expected, control.read()[1], "scale for norm " + norm + " and limit " + maxNorm);
  }
}
