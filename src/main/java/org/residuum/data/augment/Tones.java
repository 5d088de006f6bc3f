package org.residuum.data.augment;

import java.util.Arrays;

/**
 * Changes of a channel's values by a table of 256: PIL's, to the bit. An enhancement blends the
 * picture with one that has nothing of what is enhanced.
 */
final class Tones {
  private static final int LEVELS = 256;
  private static final int WHITE = 255;

  private Tones() {}

  /**
   * PIL's {@code Image.blend}: from + factor · (to - from), cut to 0..255, then off its fraction.
   */
  static int blend(int from, int to, float factor) {
    return (int) Math.max(0, Math.min(WHITE, from + factor * (to - from)));
  }

  /** Blends with black. */
  static void brightness(Canvas canvas, double factor) {
    blend(canvas, 0, factor);
  }

  /** Blends with the mean of its grey. */
  static void contrast(Canvas canvas, double factor) {
    blend(canvas, meanGrey(canvas), factor);
  }

  private static void blend(Canvas canvas, int from, double factor) {
    byte[] table = new byte[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = (byte) blend(from, i, (float) factor);
    }
    apply(canvas, table);
  }

  private static int meanGrey(Canvas canvas) {
    byte[] pixels = canvas.pixels;
    long sum = 0;
    for (int i = 0; i < pixels.length; i += canvas.channels) {
      sum += canvas.channels == 3 ? Colors.grey(pixels, i) : pixels[i] & 255;
    }
    return (int) ((double) sum / (canvas.height * canvas.width) + 0.5);
  }

  /** Keeps so many of the upper bits. */
  static void posterize(Canvas canvas, int bits) {
    byte[] table = new byte[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = (byte) (i & -(1 << (8 - bits)));
    }
    apply(canvas, table);
  }

  /** Inverts what is not below the threshold. */
  static void solarize(Canvas canvas, double threshold) {
    byte[] table = new byte[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = (byte) (i < threshold ? i : WHITE - i);
    }
    apply(canvas, table);
  }

  private static void apply(Canvas canvas, byte[] table) {
    byte[] pixels = canvas.pixels;
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = table[pixels[i] & 255];
    }
  }

  /** Stretches each channel so that its darkest value is 0 and its lightest 255. */
  static void autoContrast(Canvas canvas) {
    int[] counts = new int[LEVELS];
    for (int c = 0; c < canvas.channels; c++) {
      count(canvas, c, counts);
      int low = 0;
      int high = WHITE;
      while (counts[low] == 0) {
        low++;
      }
      while (counts[high] == 0) {
        high--;
      }
      if (high > low) {
        apply(canvas, c, stretch(low, high));
      }
    }
  }

  private static byte[] stretch(int low, int high) {
    double scale = 255.0 / (high - low);
    double offset = -low * scale;
    byte[] table = new byte[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = (byte) Math.max(0, Math.min(WHITE, (int) (i * scale + offset)));
    }
    return table;
  }

  /** Makes the values of each channel about equally frequent. */
  static void equalize(Canvas canvas) {
    int[] counts = new int[LEVELS];
    for (int c = 0; c < canvas.channels; c++) {
      count(canvas, c, counts);
      int last = WHITE;
      while (counts[last] == 0) {
        last--;
      }
      // One value alone leaves a step of 0.
      int step = (canvas.height * canvas.width - counts[last]) / 255;
      if (step > 0) {
        apply(canvas, c, equal(counts, step));
      }
    }
  }

  private static byte[] equal(int[] counts, int step) {
    byte[] table = new byte[LEVELS];
    int below = step / 2;
    for (int i = 0; i < LEVELS; i++) {
      table[i] = (byte) Math.min(WHITE, below / step);
      below += counts[i];
    }
    return table;
  }

  private static void count(Canvas canvas, int channel, int[] counts) {
    Arrays.fill(counts, 0);
    byte[] pixels = canvas.pixels;
    for (int i = channel; i < pixels.length; i += canvas.channels) {
      counts[pixels[i] & 255]++;
    }
  }

  private static void apply(Canvas canvas, int channel, byte[] table) {
    byte[] pixels = canvas.pixels;
    for (int i = channel; i < pixels.length; i += canvas.channels) {
      pixels[i] = table[pixels[i] & 255];
    }
  }
}
