package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Cases of the steps of optimizer.cu; those of its norm are {@link NormCases}. */
final class OptimizerCases {
  private static final int N = 300;
  private static final int[] SMALL = {1, 3, 17};
  private static final float[] SPECIALS = {
    Float.NaN, Float.POSITIVE_INFINITY, 0, Float.NEGATIVE_INFINITY, -0f
  };

  /** Powers of two and values of few bits: products and sums of a few of them are exact. */
  private static final float SCALE = 0.25f;

  private static final float RATE = 0.5f;
  private static final float DECAY = 0.125f;
  private static final float MOMENTUM = 0.75f;
  private static final float BETA1 = 0.875f;
  private static final float BETA2 = 0.75f;
  private static final float EPSILON = 0.0625f;
  private static final float CORRECTION = 1.5f;
  private static final float RATE_DECAY = 0.0625f;

  /** What an array holds, from one step to the next. */
  private record Arrays4(float[] w, float[] g, float[] m, float[] v) {}

  private OptimizerCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (float scale : new float[] {SCALE, 0, Float.NaN}) {
      add(cases, "sgd", scale, (rig, spread) -> sgd(rig, spread, scale));
      add(cases, "sgd_momentum", scale, (rig, spread) -> momentum(rig, spread, scale, 0));
      add(cases, "sgd_momentum", scale, (rig, spread) -> momentum(rig, spread, scale, 1));
      add(cases, "adamw", scale, (rig, spread) -> adamw(rig, spread, scale));
    }
    for (float kept : new float[] {SCALE, 0}) {
      add(cases, "blend", SCALE, (rig, spread) -> blend(rig, spread, kept));
    }
    return cases;
  }

  @FunctionalInterface
  private interface Maker {
    Trial trial(KernelRig rig, Spread spread);
  }

  private static void add(List<KernelCase> cases, String name, float scale, Maker maker) {
    Kernel kernel = kernel(name);
    cases.add(
        new KernelCase(
            kernel,
            ElementType.F32,
            "every way, scale " + scale,
            rig -> {
              for (int n : SMALL) {
                maker.trial(rig, Spread.dense(n)).onGridFor(n, 1);
              }
              if (scale == SCALE) {
                ElementwiseCases.everyWay(maker.trial(rig, Spread.dense(N)), N);
                ElementwiseCases.everySize(n -> maker.trial(rig, Spread.dense(n)));
              } else {
                maker.trial(rig, Spread.dense(N)).onGridFor(N, 1);
              }
            }));
    if (scale == SCALE) {
      Function<KernelRig, Function<Spread, Trial>> far = rig -> spread -> maker.trial(rig, spread);
      cases.add(
          new KernelCase(
              kernel,
              ElementType.F32,
              "over 2^32 elements",
              rig -> ElementwiseCases.far(rig, far.apply(rig))));
    }
  }

  /** Every second segment of 16 decays. */
  private static boolean decays(long i) {
    return i / 16 % 2 == 0;
  }

  /** The address of a byte for each segment, of which those in use are written. */
  private static long decayMask(KernelRig rig, Spread spread) {
    long mask = rig.reserve((spread.total() + 15) / 16);
    for (int i = 0; i < spread.elements(); i++) {
      long segment = spread.index(i) / 16;
      byte[] one = {(byte) (decays(segment * 16) ? 1 : 0)};
      rig.poke(mask + segment, ByteBuffer.wrap(one));
    }
    return mask;
  }

  /** Norm, scale, largest norm, rate, correction and the rate's product with the decay. */
  private static long control(KernelRig rig, float scale) {
    return rig.inF32(new float[] {7, scale, 9, RATE, CORRECTION, RATE_DECAY}).address();
  }

  private static Arrays4 arrays(KernelRig rig, int n) {
    float[] v = rig.coarse(n);
    for (int i = 0; i < n; i++) {
      v[i] = i % 7 == 0 ? 0 : Math.abs(v[i]);
    }
    Arrays4 all = new Arrays4(rig.coarse(n), rig.coarse(n), rig.coarse(n), v);
    // No gradient so far and none now: AdamW divides by epsilon alone.
    for (int i = 0; i < n; i += 14) {
      all.g[i] = 0;
    }
    for (int i = 0; i < Math.min(n, 100); i++) {
      if (i % 4 == 1) {
        float[][] each = {all.w, all.g, all.m};
        each[i / 4 % 3][i] = SPECIALS[i / 12 % SPECIALS.length];
      }
    }
    return all;
  }

  private static Trial.Expected exact(float[] values) {
    return (what, actual) -> Check.exact(what, values, actual);
  }

  private static Trial update(Trial trial, Spread spread, float[] before, Trial.Expected after) {
    return trial.array(ElementType.F32, spread, before, after);
  }

  private static float gradient(Arrays4 a, Spread spread, int i, float scale) {
    return a.g[i] * scale + (decays(spread.index(i)) ? DECAY : 0) * a.w[i];
  }

  private static Trial sgd(KernelRig rig, Spread spread, float scale) {
    Arrays4 a = arrays(rig, spread.elements());
    float[] w = a.w.clone();
    for (int i = 0; i < w.length && scale != 0; i++) {
      w[i] -= RATE * gradient(a, spread, i, scale);
    }
    Trial trial = update(new Trial(rig, kernel("sgd")), spread, a.w, exact(w));
    return update(trial, spread, a.g, exact(a.g))
        .numbers(decayMask(rig, spread), control(rig, scale), spread.total(), DECAY);
  }

  private static Trial momentum(KernelRig rig, Spread spread, float scale, int nesterov) {
    Arrays4 a = arrays(rig, spread.elements());
    float[] w = a.w.clone();
    float[] v = a.m.clone();
    for (int i = 0; i < w.length && scale != 0; i++) {
      float gradient = gradient(a, spread, i, scale);
      v[i] = MOMENTUM * v[i] + gradient;
      w[i] -= RATE * (nesterov == 1 ? gradient + MOMENTUM * v[i] : v[i]);
    }
    Trial trial = update(new Trial(rig, kernel("sgd_momentum")), spread, a.w, exact(w));
    update(trial, spread, a.g, exact(a.g));
    return update(trial, spread, a.m, exact(v))
        .numbers(
            decayMask(rig, spread), control(rig, scale), spread.total(), MOMENTUM, DECAY, nesterov);
  }

  private static Trial blend(KernelRig rig, Spread spread, float kept) {
    Arrays4 a = arrays(rig, spread.elements());
    float[] y = a.w.clone();
    for (int i = 0; i < y.length; i++) {
      y[i] = kept * y[i] + RATE * a.g[i];
    }
    Trial trial = update(new Trial(rig, kernel("blend")), spread, a.w, exact(y));
    return update(trial, spread, a.g, exact(a.g)).numbers(spread.total(), kept, RATE);
  }

  private static Trial adamw(KernelRig rig, Spread spread, float scale) {
    Arrays4 a = arrays(rig, spread.elements());
    int n = spread.elements();
    float[] m = a.m.clone();
    float[] v = a.v.clone();
    double[] w = new double[n];
    double[] magnitude = new double[n];
    Arrays.setAll(w, i -> a.w[i]);
    for (int i = 0; i < n && scale != 0; i++) {
      float gradient = a.g[i] * scale;
      m[i] = BETA1 * m[i] + (1 - BETA1) * gradient;
      v[i] = BETA2 * v[i] + (1 - BETA2) * gradient * gradient;
      double step = (double) RATE * m[i] / (Math.sqrt(v[i]) * CORRECTION + EPSILON);
      w[i] = (decays(spread.index(i)) ? 1 - RATE_DECAY : 1) * w[i] - step;
      magnitude[i] = Math.abs(a.w[i]) + 4 * Math.abs(step);
    }
    Trial trial =
        update(
            new Trial(rig, kernel("adamw")),
            spread,
            a.w,
            (what, actual) ->
                Check.close(what, ElementType.F32, i -> w[i], actual, 3, i -> magnitude[i]));
    update(trial, spread, a.g, exact(a.g));
    update(trial, spread, a.m, exact(m));
    return update(trial, spread, a.v, exact(v))
        .numbers(
            decayMask(rig, spread), control(rig, scale), spread.total(), BETA1, BETA2, EPSILON);
  }
}
