package org.residuum.format.onnx;

import org.residuum.format.FormatException;
import org.residuum.network.Value;

/**
 * A matrix product with a constant weight, not yet written as a node: an addition that follows may
 * become its bias.
 *
 * @param x (N, in)
 * @param weight (out, in)
 * @param weightName the initialiser's name
 */
record Product(Value x, Constant weight, String weightName, Step step) implements Item {
  @Override
  public int[] extents() {
    return new int[] {x.shape().extent(0), weight.extents()[0]};
  }

  Value emit() throws FormatException {
    return Products.dense(step, x, weight, weightName, null, null);
  }
}
