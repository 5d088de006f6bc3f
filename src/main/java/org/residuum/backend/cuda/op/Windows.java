package org.residuum.backend.cuda.op;

import org.residuum.network.Shape;
import org.residuum.network.op.Window;

/** What kernels over windows share, see {@code window.cuh}. */
final class Windows {
  /** Their parameters. */
  static final String PARAMETERS =
      " images:i32 height:i32 width:i32 channels:i32 out_height:i32 out_width:i32"
          + " kernel_height:i32 kernel_width:i32 stride_y:i32 stride_x:i32 pad_top:i32"
          + " pad_left:i32 dilation_y:i32 dilation_x:i32";

  private Windows() {}

  /**
   * Gives a launch the window.
   *
   * @param images the images that it covers
   * @param x (N, C, H, W)
   * @param y (N, C', H', W')
   */
  static Launch put(Launch launch, int images, Shape x, Shape y, Window window) {
    return launch
        .number("images", images)
        .number("height", x.extent(2))
        .number("width", x.extent(3))
        .number("channels", x.extent(1))
        .number("out_height", y.extent(2))
        .number("out_width", y.extent(3))
        .number("kernel_height", window.height())
        .number("kernel_width", window.width())
        .number("stride_y", window.strideY())
        .number("stride_x", window.strideX())
        .number("pad_top", window.padTop())
        .number("pad_left", window.padLeft())
        .number("dilation_y", window.dilationY())
        .number("dilation_x", window.dilationX());
  }
}
