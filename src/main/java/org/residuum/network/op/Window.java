package org.residuum.network.op;

/**
 * The sliding window of a convolution or pooling: extent, step, zero padding on each side, and
 * dilation, in pixels.
 */
public record Window(
    int height,
    int width,
    int strideY,
    int strideX,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight,
    int dilationY,
    int dilationX) {
  public Window {
    Shapes.positive("window height", height);
    Shapes.positive("window width", width);
    Shapes.positive("vertical stride", strideY);
    Shapes.positive("horizontal stride", strideX);
    Shapes.notNegative(
        "padding", Math.min(Math.min(padTop, padLeft), Math.min(padBottom, padRight)));
    Shapes.positive("vertical dilation", dilationY);
    Shapes.positive("horizontal dilation", dilationX);
  }

  /** A square window with the same step and padding both ways. */
  public static Window square(int size, int stride, int padding) {
    return new Window(size, size, stride, stride, padding, padding, padding, padding, 1, 1);
  }

  public Window withDilation(int dilation) {
    return new Window(
        height, width, strideY, strideX, padTop, padLeft, padBottom, padRight, dilation, dilation);
  }

  /** Rows that the window yields of {@code rows}: floor((rows + padding - span) / stride) + 1. */
  public int outputHeight(int rows, boolean ceil) {
    return output("height", rows, padTop, padBottom, dilationY * (height - 1) + 1, strideY, ceil);
  }

  public int outputWidth(int columns, boolean ceil) {
    return output("width", columns, padLeft, padRight, dilationX * (width - 1) + 1, strideX, ceil);
  }

  private static int output(
      String axis, int extent, int before, int after, int span, int stride, boolean ceil) {
    int room = extent + before + after - span;
    if (room < 0) {
      throw new IllegalArgumentException(
          "window of "
              + axis
              + " "
              + span
              + " does not fit into "
              + extent
              + " pixels with padding "
              + before
              + " + "
              + after);
    }
    int steps = ceil ? (room + stride - 1) / stride : room / stride;
    // A window that starts in the far padding would see no pixel (PyTorch's rule for ceil mode).
    if (ceil && steps * stride >= extent + before) {
      steps--;
    }
    return steps + 1;
  }

  /** For example {@code 3×3 stride 2 pad 1}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(height).append('×').append(width);
    if (strideY != 1 || strideX != 1) {
      text.append(" stride ").append(strideY == strideX ? strideY : strideY + "×" + strideX);
    }
    if (padTop == padLeft && padTop == padBottom && padTop == padRight) {
      text.append(padTop == 0 ? "" : " pad " + padTop);
    } else {
      text.append(" pad ")
          .append(padTop)
          .append(',')
          .append(padLeft)
          .append(',')
          .append(padBottom)
          .append(',')
          .append(padRight);
    }
    if (dilationY != 1 || dilationX != 1) {
      text.append(" dilation ")
          .append(dilationY == dilationX ? dilationY : dilationY + "×" + dilationX);
    }
    return text.toString();
  }
}
