package org.residuum.data;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Labelled vectors of one length; {@link #exampleShape()} is {@code (F)}. */
public non-sealed interface VectorDataset extends Dataset {
  /**
   * Copies one example's raw values.
   *
   * @param into receives {@code exampleShape().elements()} values from its start
   */
  void read(int index, float[] into);

  /** Of all values. */
  @Override
  default long checksum() {
    CRC32 sum = new CRC32();
    float[] values = new float[exampleShape().elements()];
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    for (int i = 0; i < size(); i++) {
      read(i, values);
      bytes.asFloatBuffer().put(values);
      sum.update(bytes.array());
    }
    return sum.getValue();
  }
}
