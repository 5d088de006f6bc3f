package org.residuum.format.onnx;

import org.residuum.format.FormatException;
import org.residuum.network.Value;

/** Takes sequences (N, C, W) as images of one row, for operators over one axis. */
final class Images {
  private Images() {}

  /** (N, C, W) → (N, C, 1, W); images stay as they are. */
  static Value of(Step step, Value x, int axes) throws FormatException {
    if (x.shape().rank() != axes + 2) {
      throw step.error("x must have " + (axes + 2) + " axes, not " + x.shape().rank());
    }
    int[] e = x.shape().toArray();
    return axes == 1 ? step.reshape("image", x, e[0], e[1], 1, e[2]) : x;
  }

  /** The way back. */
  static Value back(Step step, Value y, int axes) throws FormatException {
    int[] e = y.shape().toArray();
    return axes == 1 ? step.reshape("sequence", y, e[0], e[1], e[3]) : y;
  }
}
