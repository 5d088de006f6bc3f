package org.residuum.data;

import java.nio.FloatBuffer;
import org.residuum.backend.Pictures;

/** Normalises vectors. */
final class VectorWriter implements ExampleWriter {
  private final VectorDataset dataset;
  private final float[] mean;
  private final float[] std;
  private final float[] values;

  VectorWriter(VectorDataset dataset, Preprocessing preprocessing) {
    this.dataset = dataset;
    mean = preprocessing.mean();
    std = preprocessing.std();
    values = new float[mean.length];
  }

  @Override
  public void write(int index, long bits, FloatBuffer into) {
    dataset.read(index, values);
    for (int f = 0; f < values.length; f++) {
      values[f] = (values[f] - mean[f]) / std[f];
    }
    into.put(values);
  }

  @Override
  public void write(int index, long bits, Pictures into, int row) {
    throw new IllegalStateException(dataset.name() + " has vectors, not pictures");
  }
}
