package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Second passes of column sums: from partial sums to gradients and statistics. */
final class FinishCases {
  private static final int[] CHANNELS = {1, 8, 21};
  private static final int[] CHUNKS = {1, 2, 31, 32, 67, 100, 300};
  private static final LaunchShape ONE_BLOCK = new LaunchShape(1, 1, 256, 1);
  private static final LaunchShape TWO_BLOCKS = new LaunchShape(2, 1, 256, 1);

  /** Far more than there are, so that fp32 rounds the number. */
  private static final long MANY_ROWS = (1L << 33) + 12_345;

  private static final float EPSILON = 1e-3f;
  private static final ElementType F32 = ElementType.F32;

  private FinishCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (int channels : CHANNELS) {
      for (int chunks : CHUNKS) {
        String detail = chunks + " chunks of " + channels + " channels";
        add(cases, "column_sums_finish", detail, rig -> sums(rig, chunks, channels));
        add(cases, "batch_norm_backward_finish", detail, rig -> gradients(rig, chunks, channels));
        add(cases, "batch_norm_statistics_finish", detail, rig -> moments(rig, chunks, channels));
      }
      add(cases, "batch_norm_statistics_finish", channels + " channels", rig -> few(rig, channels));
    }
    add(cases, "batch_norm_statistics_finish", "NaN", FinishCases::notFinite);
    add(cases, "batch_norm_statistics_finish", "one row", FinishCases::oneRow);
    add(cases, "column_sums_finish", "2^28 channels", FinishCases::farSums);
    add(cases, "column_sums_finish", "2^31 warps", FinishCases::manyWarps);
    add(cases, "batch_norm_backward_finish", "2^28 channels", FinishCases::farGradients);
    return cases;
  }

  private static void add(
      List<KernelCase> cases, String name, String detail, KernelCase.Body body) {
    cases.add(new KernelCase(kernel(name), ElementType.F32, detail, body));
  }

  private static void everyWay(Trial trial, int channels) {
    trial.onGridFor(channels, 1).on(TWO_BLOCKS).misalignedAlone(ONE_BLOCK, false);
  }

  private static void sums(KernelRig rig, int chunks, int channels) {
    float[] partials = chunks <= 2 ? rig.vector(chunks * channels) : rig.coarse(chunks * channels);
    float[] sums = sums(partials, channels);
    everyWay(
        new Trial(rig, kernel("column_sums_finish"))
            .readsF32(partials)
            .writesF32(sums)
            .numbers(chunks, channels),
        channels);
  }

  private static final int FAR_CHUNKS = 40;
  private static final int FAR_CHANNELS = 1 << 28;

  /** The last 8 channels of each of so many rows of 2^28. */
  private static Spread lastChannels(int rows) {
    long[] starts = new long[rows];
    int[] lengths = new int[rows];
    for (int row = 0; row < rows; row++) {
      starts[row] = (row + 1L) * FAR_CHANNELS - 8;
      lengths[row] = 8;
    }
    return new Spread((long) rows * FAR_CHANNELS, starts, lengths);
  }

  /** A block takes 8 channels. */
  private static void lastBlock(Trial trial) {
    int blocks = FAR_CHANNELS / 8;
    trial.onBlock(new LaunchShape(blocks, 1, 256, 1), blocks - 1L, true);
  }

  private static void farSums(KernelRig rig) {
    rig.needsSomeBlocks();
    float[] partials = rig.coarse(FAR_CHUNKS * 8);
    float[] sums = sums(partials, 8);
    lastBlock(
        new Trial(rig, kernel("column_sums_finish"))
            .array(F32, lastChannels(FAR_CHUNKS), partials, Trial.exactly(partials))
            .array(F32, lastChannels(1), null, Trial.exactly(sums))
            .numbers(FAR_CHUNKS, FAR_CHANNELS));
  }

  /** The next channel of a warp would be beyond 2^31. */
  private static void manyWarps(KernelRig rig) {
    rig.needsSomeBlocks();
    float[] partials = rig.coarse(FAR_CHUNKS * 8);
    new Trial(rig, kernel("column_sums_finish"))
        .readsF32(partials)
        .writesF32(sums(partials, 8))
        .numbers(FAR_CHUNKS, 8)
        .onBlock(new LaunchShape(FAR_CHANNELS, 1, 256, 1), 0, true);
  }

  private static float[] sums(float[] partials, int channels) {
    float[] sums = new float[channels];
    for (int i = 0; i < partials.length; i++) {
      sums[i % channels] += partials[i];
    }
    return sums;
  }

  private static void farGradients(KernelRig rig) {
    rig.needsSomeBlocks();
    int n = FAR_CHUNKS * 8;
    float[] partials = rig.coarse(2 * n);
    float[] gamma = rig.vector(8);
    float[] var = variances(rig, 8);
    Gradients g = gradients(partials, gamma, var, FAR_CHUNKS);
    lastBlock(
        new Trial(rig, kernel("batch_norm_backward_finish"))
            .array(F32, lastChannels(2 * FAR_CHUNKS), partials, Trial.exactly(partials))
            .array(F32, lastChannels(1), gamma, Trial.exactly(gamma))
            .array(F32, lastChannels(1), var, Trial.exactly(var))
            .array(F32, lastChannels(1), null, Trial.exactly(g.dgamma))
            .array(F32, lastChannels(1), null, Trial.exactly(g.dbeta))
            .array(F32, lastChannels(3), null, Trial.exactly(g.coefficients))
            .numbers((long) FAR_CHUNKS, FAR_CHUNKS, FAR_CHANNELS, EPSILON));
  }

  /** Variances of which some are 0 or as small as epsilon. */
  private static float[] variances(KernelRig rig, int channels) {
    float[] var = rig.positive(channels);
    for (int c = 0; c < channels; c++) {
      var[c] *= c % 3 == 0 ? 0 : c % 3 == 1 ? 1e-3f : 1;
    }
    return var;
  }

  private static void gradients(KernelRig rig, int chunks, int channels) {
    for (long rows : new long[] {chunks, MANY_ROWS}) {
      int n = chunks * channels;
      float[] partials = chunks <= 2 ? rig.vector(2 * n) : rig.coarse(2 * n);
      float[] gamma = rig.vector(channels);
      float[] var = variances(rig, channels);
      Gradients g = gradients(partials, gamma, var, rows);
      everyWay(
          new Trial(rig, kernel("batch_norm_backward_finish"))
              .readsF32(partials)
              .readsF32(gamma)
              .readsF32(var)
              .writesF32(g.dgamma)
              .writesF32(g.dbeta)
              .writesF32(g.coefficients)
              .numbers(rows, chunks, channels, EPSILON),
          channels);
    }
  }

  private record Gradients(float[] dgamma, float[] dbeta, float[] coefficients) {}

  private static Gradients gradients(float[] partials, float[] gamma, float[] var, long rows) {
    int channels = gamma.length;
    int n = partials.length / 2;
    float[] sums = new float[2 * channels];
    for (int i = 0; i < 2 * n; i++) {
      sums[i / n * channels + i % channels] += partials[i];
    }
    float[] dgamma = new float[channels];
    float[] dbeta = new float[channels];
    float[] coefficients = new float[3 * channels];
    for (int c = 0; c < channels; c++) {
      float deviation = root(var[c] + EPSILON);
      float scale = gamma[c] / deviation;
      dbeta[c] = sums[c];
      dgamma[c] = sums[channels + c] / deviation;
      coefficients[c] = scale;
      coefficients[channels + c] = scale * (dbeta[c] / rows);
      coefficients[2 * channels + c] = scale * (dgamma[c] / rows) / deviation;
    }
    return new Gradients(dgamma, dbeta, coefficients);
  }

  private static float root(float x) {
    return (float) Math.sqrt(x);
  }

  /** Number, mean and sum of squared differences of a channel. */
  private record Moments(double n, double mean, double m2) {
    Moments merge(Moments b) {
      double sum = n + b.n;
      double d = b.mean - mean;
      return b.n == 0
          ? this
          : new Moments(sum, mean + d * b.n / sum, m2 + b.m2 + d * d * n * b.n / sum);
    }
  }

  /** Statistics of partial moments, against doubles. */
  private static void moments(KernelRig rig, int chunks, int channels) {
    for (int shift : new int[] {0, 4096}) {
      // The last chunk with rows has fewer than the others, and the last few chunks may have none.
      long few = 3L * chunks - Math.min(chunks / 2, 7);
      long rows = shift == 0 ? few : MANY_ROWS;
      float[] partials = rig.positive(2 * chunks * channels);
      for (int i = 0; i < chunks * channels; i++) {
        partials[i] = shift + 2 * partials[i];
      }
      new Statistics(rig, rows, chunks, channels, partials).check(Statistics::close);
    }
  }

  /** One and two chunks: each step is rounded as Java rounds it. */
  private static void few(KernelRig rig, int channels) {
    for (long rows : new long[] {1, 2, 3, 40, MANY_ROWS}) {
      for (int chunks = 1; chunks <= Math.min(2, rows); chunks++) {
        float[] partials = rig.positive(2 * chunks * channels);
        for (int i = 0; i < chunks * channels; i++) {
          partials[i] -= 1;
          partials[chunks * channels + i] *= i % 3 == 0 ? 0 : 1e-3f;
        }
        new Statistics(rig, rows, chunks, channels, partials).check(Statistics::exact);
      }
    }
  }

  /** All chunks but the first are empty, and what they hold does not count. */
  private static void oneRow(KernelRig rig) {
    int channels = 5;
    for (int chunks : CHUNKS) {
      float[] partials = rig.positive(2 * chunks * channels);
      for (int i = channels; i < chunks * channels; i++) {
        partials[i] = Float.NaN;
        partials[chunks * channels + i] = Float.NaN;
      }
      new Statistics(rig, 1, chunks, channels, partials).check(Statistics::first);
    }
  }

  private static void notFinite(KernelRig rig) {
    int channels = 9;
    int chunks = 40;
    float[] partials = rig.positive(2 * chunks * channels);
    partials[3 * channels + 1] = Float.NaN;
    partials[(chunks + 35) * channels + 2] = Float.POSITIVE_INFINITY;
    partials[(chunks - 1) * channels + 3] = Float.NaN;
    new Statistics(rig, 10L * chunks, chunks, channels, partials).check(Statistics::close);
  }

  /** The arguments of the second pass of statistics. */
  private static final class Statistics {
    private static final float MOMENTUM = 0.1f;

    private final KernelRig rig;
    private final long rows;
    private final int chunks;
    private final int channels;
    private final float[] partials;
    private final float[] gamma;
    private final float[] runningMean;
    private final float[] runningVar;

    Statistics(KernelRig rig, long rows, int chunks, int channels, float[] partials) {
      this.rig = rig;
      this.rows = rows;
      this.chunks = chunks;
      this.channels = channels;
      this.partials = partials;
      this.gamma = rig.vector(channels);
      this.runningMean = rig.vector(channels);
      this.runningVar = rig.positive(channels);
    }

    /** What the kernel must leave: mean, var, scale and the running mean and variance. */
    interface Outcome {
      Trial.Expected[] of(Statistics statistics);
    }

    void check(Outcome outcome) {
      Trial.Expected[] after = outcome.of(this);
      everyWay(
          new Trial(rig, kernel("batch_norm_statistics_finish"))
              .readsF32(partials)
              .readsF32(gamma)
              .writesF32(channels, after[0])
              .writesF32(channels, after[1])
              .writesF32(channels, after[2])
              .updatesF32(runningMean, after[3])
              .updatesF32(runningVar, after[4])
              .numbers(rows, chunks, channels, EPSILON, MOMENTUM),
          channels);
    }

    private long chunkRows(int chunk) {
      long size = (rows + chunks - 1) / chunks;
      return Math.min(size * (chunk + 1), rows) - Math.min(size * chunk, rows);
    }

    private Moments of(int c) {
      Moments all = new Moments(0, 0, 0);
      for (int i = 0; i < chunks; i++) {
        int at = i * channels + c;
        Moments own = new Moments(chunkRows(i), partials[at], partials[chunks * channels + at]);
        all = all.n == 0 ? own : all.merge(own);
      }
      return all;
    }

    private Trial.Expected[] close() {
      double steps = 5 * (chunks / 32.0 + 6);
      double[] largest = new double[channels];
      for (int i = 0; i < chunks * channels; i++) {
        largest[i % channels] = Math.max(largest[i % channels], Math.abs(partials[i]));
      }
      double unbias = rows > 1 ? rows / (rows - 1.0) : 1;
      // Means are 4 apart at most; a difference of two errs by a unit of the larger.
      return new Trial.Expected[] {
        near(steps, c -> of(c).mean, c -> largest[c]),
        near(steps, c -> of(c).m2 / rows, c -> of(c).m2 / rows + 4 * largest[c]),
        near(
            steps,
            c -> gamma[c] / Math.sqrt(of(c).m2 / rows + EPSILON),
            c -> Math.abs(gamma[c]) * (1 + 4 * largest[c])),
        near(
            steps,
            c -> runningMean[c] + MOMENTUM * (of(c).mean - runningMean[c]),
            c -> 3 + largest[c] / 8),
        near(
            steps,
            c -> runningVar[c] + MOMENTUM * (of(c).m2 / rows * unbias - runningVar[c]),
            c -> 3 + largest[c])
      };
    }

    private static Trial.Expected near(
        double steps, IntToDoubleFunction value, IntToDoubleFunction magnitude) {
      return (what, actual) -> Check.close(what, ElementType.F32, value, actual, steps, magnitude);
    }

    private Trial.Expected[] exact() {
      return exact(chunks);
    }

    /** Of the first chunk alone. */
    private Trial.Expected[] first() {
      return exact(1);
    }

    private Trial.Expected[] exact(int counted) {
      float[][][] outcomes = {outcome(true, counted), outcome(false, counted)};
      Trial.Expected[] expected = new Trial.Expected[5];
      for (int k = 0; k < 5; k++) {
        expected[k] = Trial.either(outcomes[0][k], outcomes[1][k]);
      }
      return expected;
    }

    private static float add(boolean fused, float x, float y, float to) {
      return fused ? Math.fma(x, y, to) : x * y + to;
    }

    private float[][] outcome(boolean fused, int counted) {
      float[][] all = new float[5][channels];
      for (int c = 0; c < channels; c++) {
        float mean = partials[c];
        float m2 = partials[chunks * channels + c];
        if (counted == 2) {
          float d = partials[channels + c] - mean;
          float n = (float) chunkRows(0) + (float) chunkRows(1);
          float share = chunkRows(1) / n;
          m2 = add(fused, d * d * chunkRows(0), share, m2 + partials[3 * channels + c]);
          mean = add(fused, d, share, mean);
        }
        float batch = m2 / rows;
        all[0][c] = mean;
        all[1][c] = batch;
        all[2][c] = gamma[c] / root(batch + EPSILON);
        all[3][c] = add(fused, MOMENTUM, mean - runningMean[c], runningMean[c]);
        float unbiased = rows > 1 ? m2 / ((float) rows - 1) : batch;
        all[4][c] = add(fused, MOMENTUM, unbiased - runningVar[c], runningVar[c]);
      }
      return all;
    }
  }
}
