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

  /** 1 and this are 3/4 of an fp32 unit above the middle of two bf16 numbers. */
  private static final float JUST_ABOVE = 0x1p-8f + 0x1.8p-24f;

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
        int channels = width * divisor(spread.total() / width, far.threads());
        maker
            .trial(rig, fromEnd ? spread.fromEnd() : spread, channels)
            .onBlock(far.grid(), far.last(), width > 1);
      }
    }
    for (Far far : Far.DIVISIONS) {
      Spread spread = far.lastBlock(1);
      maker
          .trial(rig, fromEnd ? spread.fromEnd() : spread, divisor(spread.total(), far.threads()))
          .onBlock(far.grid(), far.last(), false);
    }
    for (int width : new int[] {lanes, 1}) {
      // One row of some 2^31 channels, whose values lie beyond 2^31 bytes.
      for (Far far : List.of(new Far((1L << 29) / width, 3), new Far((1L << 28) / width, 7))) {
        Spread spread = far.lastBlock(width);
        maker
            .trial(rig, fromEnd ? spread.fromEnd() : spread, Math.toIntExact(spread.total()))
            .onBlock(far.grid(), far.last(), width > 1);
      }
    }
  }

  /** Of the elements, but not of the threads, so that a thread's channel changes; odd. */
  private static int divisor(long elements, long threads) {
    int channels = 5;
    while (elements % channels != 0 || threads % channels == 0) {
      channels += 2;
    }
    return channels;
  }

  /** The values of channels that elements need: of one row, those of the elements in use. */
  private record Vectors(Spread elements, int channels) {
    private Spread spread() {
      return elements.total() == channels ? elements : Spread.dense(channels);
    }

    int count() {
      return spread().elements();
    }

    /** The channel of an element among those in use. */
    int of(int i) {
      return elements.total() == channels ? i : (int) (elements.index(i) % channels);
    }

    /** Adds an array of so many values a channel, channel by channel. */
    Trial add(Trial trial, float[] values) {
      Spread one = spread();
      int times = values.length / count();
      int parts = one.starts().length;
      long[] starts = new long[times * parts];
      int[] lengths = new int[times * parts];
      for (int i = 0; i < times * parts; i++) {
        starts[i] = (long) i / parts * channels + one.starts()[i % parts];
        lengths[i] = one.lengths()[i % parts];
      }
      Spread all = new Spread((long) times * channels, starts, lengths);
      return trial.array(ElementType.F32, all, values, Trial.exactly(values));
    }
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
    Vectors vectors = new Vectors(spread, channels);
    float[] b = everyThird(rig.vector(vectors.count()), 0, 0);
    everyThird(b, 1, JUST_ABOVE);
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      int c = vectors.of(i);
      y[i] = rig.stored(end.of(x[i] + b[c], r[i]));
    }
    Trial trial = vectors.add(new Trial(rig, kernel(name)).within(spread).reads(x), b);
    end.arrays(trial, r, Trial.exactly(y));
    return trial.numbers(spread.total() / channels, channels);
  }

  /** Channels that hand a value on as it is, however small. */
  private static float[] everyThird(float[] values, int first, float value) {
    for (int c = first; c < values.length; c += 3) {
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
    Vectors vectors = new Vectors(spread, channels);
    int count = vectors.count();
    float[] mean = everyThird(centred ? rig.vector(count) : new float[count], 0, 0);
    float[] scale = everyThird(rig.vector(count), 0, 1);
    float[] beta = everyThird(rig.vector(count), 0, 0);
    float[] fused = new float[n];
    float[] separate = new float[n];
    for (int i = 0; i < n; i++) {
      int c = vectors.of(i);
      float d = centred ? x[i] - mean[c] : x[i];
      fused[i] = rig.stored(end.of(Math.fma(d, scale[c], beta[c]), r[i]));
      separate[i] = rig.stored(end.of(d * scale[c] + beta[c], r[i]));
    }
    Trial trial = new Trial(rig, kernel(name)).within(spread).reads(x);
    if (centred) {
      vectors.add(trial, mean);
    }
    vectors.add(vectors.add(trial, scale), beta);
    end.arrays(trial, r, Trial.either(fused, separate));
    return trial.numbers(spread.total() / channels, channels);
  }

  private static Trial gradient(KernelRig rig, String fused, Spread spread, int channels) {
    boolean relu = fused.endsWith("_relu");
    int n = spread.elements();
    float[] x = Specials.slow(rig.activations(n));
    float[] y = Specials.quick(rig.activations(n));
    float[] dy = rig.activations(n);
    Vectors vectors = new Vectors(spread, channels);
    int count = vectors.count();
    float[] mean = rig.vector(count);
    float[] k = rig.vector(3 * count);
    float[] g = new float[n];
    float[] one = new float[n];
    float[] other = new float[n];
    for (int i = 0; i < n; i++) {
      int c = vectors.of(i);
      float k1 = k[count + c];
      float k2 = k[2 * count + c];
      float d = x[i] - mean[c];
      g[i] = !relu || y[i] > 0 ? dy[i] : 0;
      one[i] = rig.stored(Math.fma(-d, k2, Math.fma(g[i], k[c], -k1)));
      other[i] = rig.stored(g[i] * k[c] - k1 - d * k2);
    }
    Trial trial =
        vectors.add(
            new Trial(rig, kernel("batch_norm" + fused + "_backward")).within(spread).reads(x),
            mean);
    if (relu) {
      trial.reads(y);
    }
    vectors.add(trial.reads(dy), k).mayHold(n, Trial.either(one, other), "x", "dy");
    if (fused.startsWith("_residual")) {
      trial.writes(g);
    }
    return trial.numbers(spread.total() / channels, channels);
  }

  private static Trial prelu(KernelRig rig, Spread spread, int channels) {
    int n = spread.elements();
    float[] x = Specials.quick(rig.activations(n));
    float[] v = Specials.slow(rig.activations(n));
    Vectors vectors = new Vectors(spread, channels);
    float[] slope = everyThird(rig.vector(vectors.count()), 0, ElementwiseCases.THIRD);
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      int c = vectors.of(i);
      y[i] = rig.stored(x[i] > 0 ? v[i] : slope[c] * v[i]);
    }
    return vectors
        .add(new Trial(rig, kernel("prelu")).within(spread).reads(x).reads(v), slope)
        .mayHold(n, Trial.exactly(y), "x", "v")
        .numbers(spread.total() / channels, channels);
  }
}
