package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/**
 * Kernels over (rows, channels) that use vectors of a value a channel, element by element: bias,
 * normalisation, its gradient, PReLU.
 */
final class ChannelCases {
  private static final int[][] SHAPES = {
    {1, 1}, {1, 64}, {3, 5}, {23, 3}, {65, 17}, {37, 8}, {29, 12}, {31, 24}, {9, 136}
  };

  /** Makes a trial over such elements of an array of so many channels. */
  @FunctionalInterface
  private interface Maker {
    Trial trial(KernelRig rig, Spread spread, int channels);
  }

  private final List<KernelCase> cases = new ArrayList<>();

  private ChannelCases() {}

  static List<KernelCase> all() {
    ChannelCases all = new ChannelCases();
    for (boolean residual : new boolean[] {false, true}) {
      for (boolean relu : new boolean[] {false, true}) {
        String fused = (residual ? "_residual" : "") + (relu ? "_relu" : "") + "_forward";
        Epilogue end = new Epilogue(residual, relu);
        all.add("bias" + fused, true, (r, spread, c) -> bias(r, "bias" + fused, end, spread, c));
        all.add(
            "batch_norm" + fused,
            false,
            (r, spread, c) -> norm(r, "batch_norm" + fused, end, spread, c));
        all.add(
            "scale_shift" + fused,
            false,
            (r, spread, c) -> norm(r, "scale_shift" + fused, end, spread, c));
      }
    }
    all.add("batch_norm_backward", false, (r, s, c) -> gradient(r, "", s, c));
    all.add("batch_norm_relu_backward", false, (r, s, c) -> gradient(r, "_relu", s, c));
    all.add(
        "batch_norm_residual_relu_backward",
        false,
        (r, s, c) -> gradient(r, "_residual_relu", s, c));
    all.add("prelu", false, ChannelCases::prelu);
    return all.cases;
  }

  private void add(String name, boolean fromEnd, Maker maker) {
    Kernel kernel = kernel(name);
    for (ElementType storage : Kernel.TYPES) {
      for (int[] shape : SHAPES) {
        cases.add(
            new KernelCase(
                kernel,
                storage,
                shape[0] + "×" + shape[1] + " every way",
                rig -> {
                  Spread dense = Spread.dense(shape[0] * shape[1]);
                  boolean vectors = shape[1] % (16 / storage.bytes()) == 0;
                  everyWay(maker.trial(rig, dense, shape[1]), dense.elements(), vectors);
                }));
      }
      int lanes = 16 / storage.bytes();
      cases.add(
          new KernelCase(
              kernel,
              storage,
              "one thread",
              rig -> {
                LaunchShape one = new LaunchShape(1, 1, 1, 1);
                for (int n = 1; n <= 10; n++) {
                  maker.trial(rig, Spread.dense(n), 1).on(one);
                  maker.trial(rig, Spread.dense(n * lanes), lanes).on(one);
                }
              }));
      cases.add(
          new KernelCase(kernel, storage, "over 2^32 elements", rig -> far(rig, fromEnd, maker)));
    }
  }

  private static void everyWay(Trial trial, int elements, boolean vectors) {
    LaunchShape few = new LaunchShape(2, 1, 5, 1);
    trial.onGridFor(elements, 1).on(new LaunchShape(1, 1, 2, 1)).on(new LaunchShape(3, 1, 64, 1));
    trial.misalignedAlone(few, vectors);
    trial.inPlace(few);
  }

  private static void far(KernelRig rig, boolean fromEnd, Maker maker) {
    rig.needsSomeBlocks();
    int lanes = 16 / rig.storage().bytes();
    for (Far far : Far.BOTH) {
      for (int width : new int[] {lanes, 1}) {
        Spread spread = far.lastBlock(width);
        int channels = width == 1 ? 3 : 3 * lanes;
        maker
            .trial(rig, fromEnd ? spread.fromEnd() : spread, channels)
            .onBlock(far.grid(), far.last(), width > 1);
      }
    }
    for (Far far : Far.DIVISIONS) {
      Spread spread = far.lastBlock(1);
      maker
          .trial(rig, fromEnd ? spread.fromEnd() : spread, scalarChannels(spread.total()))
          .onBlock(far.grid(), far.last(), false);
    }
  }

  /** A divisor that no vector divides. */
  private static int scalarChannels(long elements) {
    int channels = 3;
    while (elements % channels != 0) {
      channels += 2;
    }
    return channels;
  }

  /** What follows an affine map. */
  private record Epilogue(boolean residual, boolean relu) {
    float of(float sum, float r) {
      float x = residual ? sum + r : sum;
      return relu && x < 0 ? 0 : x;
    }

    /** The residual, if there is one, and the result as inputs and output of a trial. */
    void arrays(Trial trial, float[] r, Trial.Expected y) {
      if (residual) {
        trial.reads(r).mayHold(r.length, y, "x", "residual");
      } else {
        trial.mayHold(r.length, y, "x");
      }
    }
  }

  private static Trial bias(KernelRig rig, String name, Epilogue end, Spread spread, int channels) {
    int n = spread.elements();
    float[] x = Specials.quick(rig.activations(n));
    float[] r = Specials.slow(rig.activations(n));
    float[] b = everyThird(rig.vector(channels), 0);
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      int c = (int) (spread.index(i) % channels);
      y[i] = rig.stored(end.of(x[i] + b[c], r[i]));
    }
    Trial trial = new Trial(rig, kernel(name)).within(spread).reads(x).readsF32(b);
    end.arrays(trial, r, Trial.exactly(y));
    return trial.numbers(spread.total() / channels, channels);
  }

  /** Channels that hand a value on as it is, however small. */
  private static float[] everyThird(float[] values, float value) {
    for (int c = 0; c < values.length; c += 3) {
      values[c] = value;
    }
    return values;
  }

  /** (x - mean) · scale + beta, or without a mean. */
  private static Trial norm(KernelRig rig, String name, Epilogue end, Spread spread, int channels) {
    boolean centred = name.startsWith("batch_norm");
    int n = spread.elements();
    float[] x = Specials.quick(rig.activations(n));
    float[] r = Specials.slow(rig.activations(n));
    float[] mean = everyThird(centred ? rig.vector(channels) : new float[channels], 0);
    float[] scale = everyThird(rig.vector(channels), 1);
    float[] beta = everyThird(rig.vector(channels), 0);
    float[] fused = new float[n];
    float[] separate = new float[n];
    for (int i = 0; i < n; i++) {
      int c = (int) (spread.index(i) % channels);
      float d = centred ? x[i] - mean[c] : x[i];
      fused[i] = rig.stored(end.of(Math.fma(d, scale[c], beta[c]), r[i]));
      separate[i] = rig.stored(end.of(d * scale[c] + beta[c], r[i]));
    }
    Trial trial = new Trial(rig, kernel(name)).within(spread).reads(x);
    if (centred) {
      trial.readsF32(mean);
    }
    trial.readsF32(scale).readsF32(beta);
    end.arrays(trial, r, Trial.either(fused, separate));
    return trial.numbers(spread.total() / channels, channels);
  }

  private static Trial gradient(KernelRig rig, String fused, Spread spread, int channels) {
    boolean relu = fused.endsWith("_relu");
    int n = spread.elements();
    float[] x = Specials.slow(rig.activations(n));
    float[] y = Specials.quick(rig.activations(n));
    float[] dy = rig.activations(n);
    float[] mean = rig.vector(channels);
    float[] k = rig.vector(3 * channels);
    float[] g = new float[n];
    float[] one = new float[n];
    float[] other = new float[n];
    for (int i = 0; i < n; i++) {
      int c = (int) (spread.index(i) % channels);
      float k1 = k[channels + c];
      float k2 = k[2 * channels + c];
      float d = x[i] - mean[c];
      g[i] = !relu || y[i] > 0 ? dy[i] : 0;
      one[i] = rig.stored(Math.fma(-d, k2, Math.fma(g[i], k[c], -k1)));
      other[i] = rig.stored(g[i] * k[c] - k1 - d * k2);
    }
    Trial trial =
        new Trial(rig, kernel("batch_norm" + fused + "_backward"))
            .within(spread)
            .reads(x)
            .readsF32(mean);
    if (relu) {
      trial.reads(y);
    }
    trial.reads(dy).readsF32(k).mayHold(n, Trial.either(one, other), "x", "dy");
    if (fused.startsWith("_residual")) {
      trial.writes(g);
    }
    return trial.numbers(spread.total() / channels, channels);
  }

  private static Trial prelu(KernelRig rig, Spread spread, int channels) {
    int n = spread.elements();
    float[] x = Specials.quick(rig.activations(n));
    float[] v = Specials.slow(rig.activations(n));
    float[] slope = rig.vector(channels);
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      int c = (int) (spread.index(i) % channels);
      y[i] = rig.stored(x[i] > 0 ? v[i] : slope[c] * v[i]);
    }
    return new Trial(rig, kernel("prelu"))
        .within(spread)
        .reads(x)
        .reads(v)
        .readsF32(slope)
        .mayHold(n, Trial.exactly(y), "x", "v")
        .numbers(spread.total() / channels, channels);
  }
}
