package org.residuum.data.prepare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.VectorDataset;

/** Measures mean and standard deviation; the same data give the same bits, always. */
public final class Measurement {
  private static final int SAMPLE = 10_000;
  private static final long MAX_VALUES = 1L << 28;
  private static final long SEED = 1;

  private Measurement() {}

  public static Preprocessing of(Dataset dataset) {
    if (dataset.size() == 0) {
      throw new IllegalArgumentException(dataset.name() + ": no examples to measure");
    }
    return dataset instanceof ImageDataset images
        ? ofImages(images)
        : ofVectors((VectorDataset) dataset);
  }

  /**
   * Which examples to measure. Every n-th one would not do: MNIST's training set alternates between
   * two sources, and every sixth example has mean 0.1229 where the whole has 0.1307.
   */
  private static int[] sample(Dataset dataset) {
    int[] order = new int[dataset.size()];
    SplitMix.shuffle(order, SEED);
    boolean all = (long) order.length * dataset.exampleShape().elements() <= MAX_VALUES;
    return Arrays.copyOf(order, all ? order.length : Math.min(order.length, SAMPLE));
  }

  private static Preprocessing ofImages(ImageDataset dataset) {
    int channels = dataset.exampleShape().extent(0);
    long[] sum = new long[channels];
    long[] squares = new long[channels];
    byte[] pixels = new byte[dataset.exampleShape().elements()];
    int[] sample = sample(dataset);
    for (int index : sample) {
      read(dataset, index, pixels);
      for (int k = 0; k < pixels.length; k++) {
        int value = pixels[k] & 255;
        sum[k % channels] += value;
        squares[k % channels] += value * value;
      }
    }
    double count = (double) sample.length * pixels.length / channels;
    float[] mean = new float[channels];
    float[] std = new float[channels];
    for (int c = 0; c < channels; c++) {
      double m = sum[c] / count;
      mean[c] = (float) (m / dataset.maxValue());
      std[c] = deviation((squares[c] / count - m * m) / square(dataset.maxValue()));
    }
    return new Preprocessing(
        dataset.exampleShape(), mean, std, dataset.resize(), dataset.decoding());
  }

  private static void read(ImageDataset dataset, int index, byte[] pixels) {
    try {
      dataset.read(index, pixels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Welford's method. */
  private static Preprocessing ofVectors(VectorDataset dataset) {
    int features = dataset.exampleShape().elements();
    double[] mean = new double[features];
    double[] squares = new double[features];
    float[] row = new float[features];
    int[] sample = sample(dataset);
    for (int i = 0; i < sample.length; i++) {
      dataset.read(sample[i], row);
      for (int f = 0; f < features; f++) {
        double delta = row[f] - mean[f];
        mean[f] += delta / (i + 1);
        squares[f] += delta * (row[f] - mean[f]);
      }
    }
    float[] means = new float[features];
    float[] std = new float[features];
    for (int f = 0; f < features; f++) {
      means[f] = (float) mean[f];
      std[f] = deviation(squares[f] / sample.length);
    }
    return new Preprocessing(dataset.exampleShape(), means, std, Resize.none());
  }

  private static float deviation(double variance) {
    float std = (float) Math.sqrt(Math.max(0, variance));
    return std > 0 ? std : 1;
  }

  private static double square(double x) {
    return x * x;
  }
}
