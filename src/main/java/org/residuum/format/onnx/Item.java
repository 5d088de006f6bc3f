package org.residuum.format.onnx;

import org.residuum.network.Shape;
import org.residuum.network.Value;

/** What an ONNX value name stands for during the import. */
sealed interface Item permits Constant, Item.Live, Selection, Product {
  /** The extents; the first is {@link Shape#N} where the batch size is free. */
  int[] extents();

  /** A value of the network. */
  record Live(Value value) implements Item {
    @Override
    public int[] extents() {
      return value.shape().toArray();
    }
  }
}
