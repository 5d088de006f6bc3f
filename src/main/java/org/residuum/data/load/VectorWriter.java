package org.residuum.data.load;

import java.nio.FloatBuffer;
import org.residuum.backend.Pictures;
import org.residuum.data.Preprocessing;
import org.residuum.data.VectorDataset;

/** Normalises vectors. */
final class VectorWriter implements ExampleWriter {
  private final VectorDataset dataset;
  private final Preprocessing preprocessing;
  private final float[] values;

  VectorWriter(VectorDataset dataset, Preprocessing preprocessing) {
    this.dataset = dataset;
    this.preprocessing = preprocessing;
    values = new float[dataset.exampleShape().elements()];
  }

  @Override
  public void write(int index, long bits, FloatBuffer into) {
    dataset.read(index, values);
    preprocessing.apply(values, into);
  }

  @Override
  public void write(int index, long bits, Pictures into, int row) {
    throw new IllegalStateException(dataset.name() + " has vectors, not pictures");
  }
}
