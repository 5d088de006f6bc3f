package org.residuum.format.onnx;

import org.residuum.format.FormatException;
import org.residuum.network.op.Window;

/** The window that the attributes of a convolution or pooling describe. */
final class Windows {
  private Windows() {}

  /**
   * The window over images of one or two axes; one axis counts as the width.
   *
   * @param kernel its extents, as many as there are axes
   * @param x the extents of the images, (N, C, H, W)
   */
  static Window of(Step step, long[] kernel, int[] x, boolean ceil) throws FormatException {
    int axes = kernel.length;
    long[] strides = list(step, "strides", axes, 1);
    long[] dilations = list(step, "dilations", axes, 1);
    long[] pads = list(step, "pads", 2 * axes, 0);
    int[] span = new int[2];
    int[] y = axis(kernel, strides, dilations, 0, axes);
    int[] w = axis(kernel, strides, dilations, 1, axes);
    span[0] = Math.addExact(Math.multiplyExact(y[2], y[0] - 1), 1);
    span[1] = Math.addExact(Math.multiplyExact(w[2], w[0] - 1), 1);
    int[] rows = {pad(pads, 0, 0, axes), pad(pads, 0, 1, axes)};
    int[] columns = {pad(pads, 1, 0, axes), pad(pads, 1, 1, axes)};
    String auto = step.text("auto_pad", "NOTSET");
    if (!auto.equals("NOTSET") && !auto.isEmpty()) {
      if (java.util.Arrays.stream(pads).anyMatch(pad -> pad != 0)) {
        throw step.error("it has auto_pad " + auto + " and pads; only one of them may be given");
      }
      rows = automatic(step, auto, x[2], span[0], y[1]);
      columns = automatic(step, auto, x[3], span[1], w[1]);
    }
    return Window.of(y[0], w[0])
        .stride(y[1], w[1])
        .pad(rows[0], columns[0], rows[1], columns[1])
        .dilation(y[2], w[2]);
  }

  /** Extent, stride and dilation of one axis; 1 each for an axis that is not there. */
  private static int[] axis(long[] kernel, long[] strides, long[] dilations, int axis, int axes) {
    int at = axis - (2 - axes);
    return at < 0
        ? new int[] {1, 1, 1}
        : new int[] {
          Math.toIntExact(kernel[at]), Math.toIntExact(strides[at]), Math.toIntExact(dilations[at])
        };
  }

  private static int pad(long[] pads, int axis, int end, int axes) {
    int at = axis - (2 - axes);
    return at < 0 ? 0 : Math.toIntExact(pads[end * axes + at]);
  }

  /** SAME yields ceil(extent / stride) results; the odd pixel of padding is at the named end. */
  private static int[] automatic(Step step, String auto, int extent, int span, int stride)
      throws FormatException {
    if (auto.equals("VALID")) {
      return new int[] {0, 0};
    }
    boolean upper = auto.equals("SAME_UPPER");
    if (!upper && !auto.equals("SAME_LOWER")) {
      throw step.error("auto_pad " + FormatException.quote(auto) + " is none of ONNX's");
    }
    if (stride < 1) {
      throw step.error("stride " + stride + " must be at least 1");
    }
    int results = (extent + stride - 1) / stride;
    long total = Math.max(0L, (results - 1L) * stride + span - extent);
    int less = Math.toIntExact(total / 2);
    int more = Math.toIntExact(total - less);
    return upper ? new int[] {less, more} : new int[] {more, less};
  }

  private static long[] list(Step step, String key, int length, long missing)
      throws FormatException {
    long[] values = step.integers(key);
    if (values == null || values.length == 0) {
      values = new long[length];
      java.util.Arrays.fill(values, missing);
    }
    if (values.length != length) {
      throw step.error(key + " has " + values.length + " numbers where " + length + " belong");
    }
    for (long value : values) {
      if (value < missing || value > Integer.MAX_VALUE / 2) {
        throw step.error(key + " " + value + " is outside " + missing + "..2^30");
      }
    }
    return values;
  }

  static GraphWriter.NodeWriter write(GraphWriter.NodeWriter made, Window window) {
    return writeUndilated(made, window)
        .attribute("dilations", new long[] {window.dilationY(), window.dilationX()});
  }

  static GraphWriter.NodeWriter writeUndilated(GraphWriter.NodeWriter made, Window window) {
    long[] pads = {window.padTop(), window.padLeft(), window.padBottom(), window.padRight()};
    return made.attribute("kernel_shape", new long[] {window.height(), window.width()})
        .attribute("strides", new long[] {window.strideY(), window.strideX()})
        .attribute("pads", pads);
  }
}
