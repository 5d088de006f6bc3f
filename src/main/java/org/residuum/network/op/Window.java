package org.residuum.network.op;

/**
 * The sliding window of a convolution or pooling over the rows and the columns of an image.
 *
 * @param rows along axis 2 of (N, C, H, W)
 * @param columns along axis 3
 */
public record Window(Axis rows, Axis columns) {
  /**
   * One axis of a window, in pixels.
   *
   * @param size how many taps it has
   * @param stride from one place of the window to the next
   * @param padBefore zeros (no value for a maximum) ahead of the first pixel
   * @param padAfter the same behind the last
   * @param dilation from one tap to the next
   */
  public record Axis(int size, int stride, int padBefore, int padAfter, int dilation) {
    void check(String extent, String direction) {
      Shapes.positive("window " + extent, size);
      Shapes.positive(direction + " stride", stride);
      Shapes.notNegative("padding", Math.min(padBefore, padAfter));
      Shapes.positive(direction + " dilation", dilation);
    }

    Axis stride(int pixels) {
      return new Axis(size, pixels, padBefore, padAfter, dilation);
    }

    Axis pad(int before, int after) {
      return new Axis(size, stride, before, after, dilation);
    }

    Axis dilation(int pixels) {
      return new Axis(size, stride, padBefore, padAfter, pixels);
    }

    int output(String axis, int extent, boolean ceil) {
      int span = dilation * (size - 1) + 1;
      int room = extent + padBefore + padAfter - span;
      if (room < 0) {
        throw new IllegalArgumentException(
            "window of "
                + axis
                + " "
                + span
                + " does not fit into "
                + extent
                + " pixels with padding "
                + padBefore
                + " + "
                + padAfter);
      }
      int steps = ceil ? (room + stride - 1) / stride : room / stride;
      // A window that starts in the far padding would see no pixel (PyTorch's rule for ceil mode).
      if (ceil && steps * stride >= extent + padBefore) {
        steps--;
      }
      return steps + 1;
    }
  }

  public Window {
    rows.check("height", "vertical");
    columns.check("width", "horizontal");
  }

  /** A window of stride 1 without padding. */
  public static Window of(int height, int width) {
    return new Window(new Axis(height, 1, 0, 0, 1), new Axis(width, 1, 0, 0, 1));
  }

  /** A square window with the same stride and padding both ways. */
  public static Window square(int size, int stride, int padding) {
    return of(size, size).stride(stride, stride).pad(padding, padding, padding, padding);
  }

  public Window stride(int vertical, int horizontal) {
    return new Window(rows.stride(vertical), columns.stride(horizontal));
  }

  public Window pad(int top, int left, int bottom, int right) {
    return new Window(rows.pad(top, bottom), columns.pad(left, right));
  }

  public Window dilation(int vertical, int horizontal) {
    return new Window(rows.dilation(vertical), columns.dilation(horizontal));
  }

  public int height() {
    return rows.size;
  }

  public int width() {
    return columns.size;
  }

  public int strideY() {
    return rows.stride;
  }

  public int strideX() {
    return columns.stride;
  }

  public int padTop() {
    return rows.padBefore;
  }

  public int padLeft() {
    return columns.padBefore;
  }

  public int padBottom() {
    return rows.padAfter;
  }

  public int padRight() {
    return columns.padAfter;
  }

  public int dilationY() {
    return rows.dilation;
  }

  public int dilationX() {
    return columns.dilation;
  }

  /** Rows that the window yields of {@code rows}: floor((rows + padding - span) / stride) + 1. */
  public int outputHeight(int height, boolean ceil) {
    return rows.output("height", height, ceil);
  }

  public int outputWidth(int width, boolean ceil) {
    return columns.output("width", width, ceil);
  }

  /** For example {@code 3×3 stride 2 pad 1}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(height()).append('×').append(width());
    if (strideY() != 1 || strideX() != 1) {
      text.append(" stride ")
          .append(strideY() == strideX() ? strideY() : strideY() + "×" + strideX());
    }
    if (padTop() == padLeft() && padTop() == padBottom() && padTop() == padRight()) {
      text.append(padTop() == 0 ? "" : " pad " + padTop());
    } else {
      text.append(" pad ")
          .append(padTop())
          .append(',')
          .append(padLeft())
          .append(',')
          .append(padBottom())
          .append(',')
          .append(padRight());
    }
    if (dilationY() != 1 || dilationX() != 1) {
      text.append(" dilation ")
          .append(dilationY() == dilationX() ? dilationY() : dilationY() + "×" + dilationX());
    }
    return text.toString();
  }
}
