package org.residuum.data.augment;

/** Blends a picture with its smoothed self: PIL's {@code ImageEnhance.Sharpness}, to the bit. */
final class Sharpness {
  /** PIL's SMOOTH: 5 for the pixel, 1 for each of its eight neighbours. */
  private static final int WEIGHTS = 13;

  private Sharpness() {}

  static void adjust(Canvas canvas, double factor) {
    byte[] in = canvas.pixels;
    byte[] out = canvas.spare;
    int stride = canvas.width * canvas.channels;
    float share = (float) factor;
    System.arraycopy(in, 0, out, 0, in.length); // Its border is not smoothed.
    for (int y = 1; y < canvas.height - 1; y++) {
      int end = (y + 1) * stride - canvas.channels;
      for (int i = y * stride + canvas.channels; i < end; i++) {
        int sum = 4 * (in[i] & 255);
        for (int row = i - stride; row <= i + stride; row += stride) {
          sum += (in[row - canvas.channels] & 255) + (in[row] & 255);
          sum += in[row + canvas.channels] & 255;
        }
        out[i] = (byte) Tones.blend((2 * sum + WEIGHTS) / (2 * WEIGHTS), in[i] & 255, share);
      }
    }
    canvas.swap();
  }
}
