package org.residuum.bench;

import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.SplittableRandom;
import org.residuum.backend.Session;
import org.residuum.network.initial.Initializer;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/**
 * A network with weights and one batch of input, the same for every contestant.
 *
 * @param input the values of {@code x}, (N, C, H, W) or (N, F)
 * @param unit what a rate counts a second
 * @param workPerBatch how many of them a batch holds
 */
public record Workload(
    Network network,
    Parameters parameters,
    int batch,
    float[] input,
    String unit,
    double workPerBatch) {
  private static final long SEED = 20151210;

  /** Work counted in images. */
  public static Workload ofImages(Network network, int batch) {
    return of(network, batch, "img/s", batch);
  }

  /** Work counted in floating-point operations of the matrix products. */
  public static Workload ofProducts(Network network, int rows) {
    return of(network, rows, "GFLOP/s", network.flops() * (double) rows / 1e9);
  }

  /** The same network and weights on other, fewer examples. */
  public Workload withBatch(int newBatch) {
    double work = workPerBatch * newBatch / batch;
    return new Workload(network, parameters, newBatch, input(network, newBatch), unit, work);
  }

  private static Workload of(Network network, int batch, String unit, double workPerBatch) {
    return new Workload(
        network, weights(network), batch, input(network, batch), unit, workPerBatch);
  }

  /**
   * He's initialisation, but batch norms that do something, and small last scales of the residual
   * branches, so that the values of a deep network stay near 1.
   */
  private static Parameters weights(Network network) {
    Parameters parameters = new Initializer(SEED).initialize(network);
    SplittableRandom random = new SplittableRandom(SEED);
    for (ParameterSpec spec : network.parameters()) {
      Tensor tensor = parameters.get(spec.name());
      double scale = spec.closesBranch() ? 0.3 : 1;
      for (int i = 0; i < tensor.data().limit(); i++) {
        double value =
            switch (spec.role()) {
              case WEIGHT ->
                  scale == 1 ? tensor.get(i) : scale * deviation(spec) * random.nextGaussian();
              case GAMMA, RUNNING_VAR -> scale * random.nextDouble(0.8, 1.2);
              case BIAS, BETA, RUNNING_MEAN -> random.nextDouble(-0.1, 0.1);
            };
        tensor.data().put(i, (float) value);
      }
    }
    return parameters;
  }

  /** He's, for the layers that fresh networks start at zero. */
  private static double deviation(ParameterSpec weight) {
    return Math.sqrt(2.0 * weight.shape().extent(0) / weight.shape().elements());
  }

  private static float[] input(Network network, int batch) {
    SplittableRandom random = new SplittableRandom(SEED + 1);
    float[] values = new float[(int) network.input("x").shape().elements(batch)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** The name of the network's only output. */
  String output() {
    return network.outputs().keySet().iterator().next();
  }

  /** The extents of {@code x} with the batch size. */
  long[] inputExtents() {
    return extents(network.input("x").shape());
  }

  /** The extents of the output with the batch size. */
  long[] outputExtents() {
    return extents(network.output(output()).shape());
  }

  private long[] extents(Shape shape) {
    int[] extents = shape.withBatch(batch).toArray();
    long[] longs = new long[extents.length];
    for (int axis = 0; axis < extents.length; axis++) {
      longs[axis] = extents[axis];
    }
    return longs;
  }

  /** Writes the input in the order that a session takes. */
  public void fill(FloatBuffer target, Session.Layout layout) {
    Shape shape = network.input("x").shape();
    if (layout == Session.Layout.NCHW || shape.rank() != 4) {
      target.put(0, input);
      return;
    }
    int channels = shape.extent(1);
    int pixels = shape.extent(2) * shape.extent(3);
    for (int i = 0; i < input.length; i++) {
      int image = i / (channels * pixels);
      int channel = i / pixels % channels;
      target.put((image * pixels + i % pixels) * channels + channel, input[i]);
    }
  }

  /** Classes 0, 1, 2, ... in turn. */
  public float[] labels() {
    int classes = network.output(output()).shape().extent(1);
    float[] labels = new float[batch];
    for (int row = 0; row < batch; row++) {
      labels[row] = row % classes;
    }
    return labels;
  }

  /** For example {@code resnet50, batch 8}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s, batch %d", network.name(), batch);
  }
}
