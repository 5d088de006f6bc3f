package org.residuum.data;

/** Labelled vectors of one length; {@link #exampleShape()} is {@code (F)}. */
public non-sealed interface VectorDataset extends Dataset {
  /**
   * Copies one example's raw values.
   *
   * @param into receives {@code exampleShape().elements()} values from its start
   */
  void read(int index, float[] into);
}
