package org.residuum.backend.cuda.cases;

import java.util.List;

/** A window over images, with what a kernel is told about it; {@code bottom, right} is padding. */
record Geometry(
    int images,
    int height,
    int width,
    int channels,
    int kernelHeight,
    int kernelWidth,
    int strideY,
    int strideX,
    int top,
    int left,
    int bottom,
    int right,
    int dilationY,
    int dilationX,
    boolean ceil) {

  static Geometry square(int images, int side, int channels, int kernel, int stride, int padding) {
    return new Geometry(
        images, side, side, channels, kernel, kernel, stride, stride, padding, padding, padding,
        padding, 1, 1, false);
  }

  Geometry withCeil() {
    return new Geometry(
        images,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        strideY,
        strideX,
        top,
        left,
        bottom,
        right,
        dilationY,
        dilationX,
        true);
  }

  Geometry withChannels(int newChannels) {
    return new Geometry(
        images,
        height,
        width,
        newChannels,
        kernelHeight,
        kernelWidth,
        strideY,
        strideX,
        top,
        left,
        bottom,
        right,
        dilationY,
        dilationX,
        ceil);
  }

  /** Windows that pooling and convolution share, odd and even. */
  static List<Geometry> all() {
    return List.of(
        square(2, 8, 8, 2, 2, 0),
        square(2, 7, 8, 3, 2, 1),
        square(1, 7, 3, 3, 2, 1),
        square(2, 5, 9, 3, 1, 1),
        square(1, 1, 1, 1, 1, 0),
        square(3, 6, 16, 3, 2, 0).withCeil(),
        square(1, 9, 1, 3, 3, 1).withCeil(),
        square(1, 5, 24, 2, 2, 1),
        square(1, 5, 8, 5, 1, 2),
        new Geometry(2, 7, 6, 8, 3, 2, 2, 1, 2, 1, 0, 0, 1, 1, false),
        new Geometry(3, 4, 6, 8, 2, 3, 3, 2, 2, 3, 3, 1, 3, 2, false),
        new Geometry(2, 9, 7, 5, 3, 2, 2, 3, 1, 0, 2, 1, 1, 1, false),
        new Geometry(1, 11, 10, 8, 3, 3, 1, 2, 2, 2, 2, 2, 2, 2, false),
        new Geometry(1, 8, 12, 9, 2, 4, 2, 2, 0, 1, 1, 2, 3, 1, true),
        // Three lines of wide windows; windows that begin before a dilated image, and end behind
        // it.
        new Geometry(1, 3, 9, 16, 1, 7, 1, 2, 0, 3, 0, 3, 1, 1, false),
        new Geometry(1, 5, 7, 5, 3, 2, 1, 1, 3, 2, 1, 2, 2, 3, false));
  }

  int outHeight() {
    return outputs(height, top + bottom, kernelHeight, strideY, dilationY, top);
  }

  int outWidth() {
    return outputs(width, left + right, kernelWidth, strideX, dilationX, left);
  }

  private int outputs(int extent, int padding, int kernel, int stride, int dilation, int before) {
    int room = extent + padding - dilation * (kernel - 1) - 1;
    int steps = ceil ? (room + stride - 1) / stride : room / stride;
    return ceil && steps * stride >= extent + before ? steps : steps + 1;
  }

  int inputs() {
    return images * height * width * channels;
  }

  int outputs() {
    return images * outHeight() * outWidth() * channels;
  }

  int taps() {
    return kernelHeight * kernelWidth;
  }

  /** Index of a pixel's channel 0, or -1 outside the image. */
  int input(int image, int row, int column) {
    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? ((image * height + row) * width + column) * channels : -1;
  }

  /** Index in x of what tap {@code tap} of output position {@code position} sees, or -1. */
  int seen(int position, int tap) {
    int image = position / (outHeight() * outWidth());
    int row = position / outWidth() % outHeight() * strideY - top + tap / kernelWidth * dilationY;
    int column = position % outWidth() * strideX - left + tap % kernelWidth * dilationX;
    return input(image, row, column);
  }

  /** The taps of an output position that lie in the image extended by all its padding. */
  int tapsInPaddedImage(int position) {
    int count = 0;
    for (int tap = 0; tap < taps(); tap++) {
      int row = position / outWidth() % outHeight() * strideY + tap / kernelWidth * dilationY;
      int column = position % outWidth() * strideX + tap % kernelWidth * dilationX;
      count += row < top + height + bottom && column < left + width + right ? 1 : 0;
    }
    return count;
  }

  Object[] arguments() {
    return new Object[] {
      images,
      height,
      width,
      channels,
      outHeight(),
      outWidth(),
      kernelHeight,
      kernelWidth,
      strideY,
      strideX,
      top,
      left,
      dilationY,
      dilationX
    };
  }

  @Override
  public String toString() {
    return images
        + "×"
        + height
        + "×"
        + width
        + "×"
        + channels
        + " window "
        + kernelHeight
        + "×"
        + kernelWidth
        + " stride "
        + strideY
        + ","
        + strideX
        + " pad "
        + top
        + ","
        + left
        + ","
        + bottom
        + ","
        + right
        + " dilation "
        + dilationY
        + ","
        + dilationX
        + (ceil ? " ceil" : "");
  }
}
