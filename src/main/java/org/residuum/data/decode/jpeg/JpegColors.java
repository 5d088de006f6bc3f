package org.residuum.data.decode.jpeg;

/** Colour conversion of JPEG as libjpeg does it, to the bit. */
final class JpegColors {
  private static final int BITS = 16;
  private static final int HALF = 1 << (BITS - 1);

  private static final int FIXED_RED = fixed(1.40200);
  private static final int FIXED_BLUE = fixed(1.77200);
  private static final int FIXED_CR_GREEN = -fixed(0.71414);
  private static final int FIXED_CB_GREEN = -fixed(0.34414);

  /** What red and blue take of Cr and Cb, green of both in fixed point (JFIF 1.02, page 3). */
  private static final int[] CR_RED = new int[256];

  private static final int[] CB_BLUE = new int[256];
  private static final int[] CR_GREEN = new int[256];
  private static final int[] CB_GREEN = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      CR_RED[i] = (fixed(1.40200) * x + HALF) >> BITS;
      CB_BLUE[i] = (fixed(1.77200) * x + HALF) >> BITS;
      CR_GREEN[i] = -fixed(0.71414) * x;
      CB_GREEN[i] = -fixed(0.34414) * x + HALF;
    }
  }

  private JpegColors() {}

  private static int fixed(double value) {
    return (int) (value * (1 << BITS) + 0.5);
  }

  /**
   * Y, Cb, Cr to R, G, B in place.
   *
   * @param samples {@code (pixels, components)}, of which the first three are converted
   */
  static void yccToRgb(byte[] samples, int components) {
    for (int at = 0; at < samples.length; at += components) {
      int luma = samples[at] & 255;
      int cb = samples[at + 1] & 255;
      int cr = samples[at + 2] & 255;
      samples[at] = clamp(luma + CR_RED[cr]);
      samples[at + 1] = clamp(luma + ((CB_GREEN[cb] + CR_GREEN[cr]) >> BITS));
      samples[at + 2] = clamp(luma + CB_BLUE[cb]);
    }
  }

  /**
   * A row of Y, Cb, Cr to R, G, B. The JIT makes vector instructions of these loops; of {@code
   * Math.min} and {@code Math.max} it does not.
   */
  static void yccToRgb(int[][] ycc, int[][] rgb) {
    red(ycc[0], ycc[2], rgb[0]);
    green(ycc[0], ycc[1], ycc[2], rgb[1]);
    blue(ycc[0], ycc[1], rgb[2]);
  }

  private static void red(int[] luma, int[] cr, int[] red) {
    for (int x = 0; x < red.length; x++) {
      red[x] = limited(luma[x] + (((cr[x] - 128) * FIXED_RED + HALF) >> BITS));
    }
  }

  private static void green(int[] luma, int[] cb, int[] cr, int[] green) {
    for (int x = 0; x < green.length; x++) {
      int chroma = (cb[x] - 128) * FIXED_CB_GREEN + (cr[x] - 128) * FIXED_CR_GREEN + HALF;
      green[x] = limited(luma[x] + (chroma >> BITS));
    }
  }

  private static void blue(int[] luma, int[] cb, int[] blue) {
    for (int x = 0; x < blue.length; x++) {
      blue[x] = limited(luma[x] + (((cb[x] - 128) * FIXED_BLUE + HALF) >> BITS));
    }
  }

  /** Between 0 and 255. */
  static int limited(int value) {
    int positive = value & ~(value >> 31);
    return (positive | (255 - positive) >> 31) & 255;
  }

  private static byte clamp(int value) {
    return (byte) ((value & ~255) == 0 ? value : ~value >> 31);
  }
}
