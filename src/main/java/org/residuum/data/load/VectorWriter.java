package org.residuum.data.load;

import java.io.IOException;
import java.nio.FloatBuffer;
import org.residuum.data.Preprocessing;

/** Normalises vectors. */
public final class VectorWriter<T> implements ExampleWriter<T> {
  private final Preprocessing preprocessing;
  private final Reader<? super T, float[]> reader;
  private final float[] scratch;
  private final float[] values;

  public VectorWriter(Preprocessing preprocessing, Reader<? super T, float[]> reader) {
    this.preprocessing = preprocessing;
    this.reader = reader;
    scratch = new float[preprocessing.inputShape().elements()];
    values = new float[scratch.length];
  }

  @Override
  public void write(T item, Batch<T> into, int row) throws IOException {
    preprocessing.apply(reader.read(item, scratch), FloatBuffer.wrap(values));
    into.put(row, values);
  }
}
