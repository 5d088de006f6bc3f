package org.residuum.data.decode.webp;

/** The coefficients of 4 × 4 blocks (RFC 6386, section 13). */
final class Vp8Coefficients {
  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

  /** Probabilities of the extra bits of large values. */
  private static final int[][] LARGE = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  private final Vp8Bits in;
  private final int[] probabilities;
  private final int[] out;

  /**
   * A reader into {@code out}.
   *
   * @param probabilities {@code (kind, band, context, 11)}
   */
  Vp8Coefficients(Vp8Bits in, int[] probabilities, int[] out) {
    this.in = in;
    this.probabilities = probabilities;
    this.out = out;
  }

  private static int place(int kind, int n, int context) {
    return ((kind * 8 + BANDS[n]) * 3 + context) * 11;
  }

  /**
   * Reads a block.
   *
   * @param context how many of the two neighbours have coefficients
   * @param first the place of the first coefficient, 0 or 1
   * @param at where the block begins in {@code out}
   * @return the place behind the last coefficient
   */
  int read(int kind, int context, int first, int at, int dcStep, int acStep) {
    int p = place(kind, first, context);
    for (int n = first; n < 16; n++) {
      if (in.bit(probabilities[p]) == 0) {
        return n;
      }
      while (in.bit(probabilities[p + 1]) == 0) {
        n++;
        if (n == 16) {
          return 16;
        }
        p = place(kind, n, 0);
      }
      int value = 1;
      if (in.bit(probabilities[p + 2]) == 1) {
        value = large(p);
      }
      p = place(kind, n + 1, value == 1 ? 1 : 2);
      int signed = in.bit(128) == 1 ? -value : value;
      out[at + ZIGZAG[n]] = signed * (n == 0 ? dcStep : acStep);
    }
    return 16;
  }

  private int large(int p) {
    if (in.bit(probabilities[p + 3]) == 0) {
      return in.bit(probabilities[p + 4]) == 0 ? 2 : 3 + in.bit(probabilities[p + 5]);
    }
    if (in.bit(probabilities[p + 6]) == 0) {
      if (in.bit(probabilities[p + 7]) == 0) {
        return 5 + in.bit(159);
      }
      return 7 + 2 * in.bit(165) + in.bit(145);
    }
    int high = in.bit(probabilities[p + 8]);
    int category = 2 * high + in.bit(probabilities[p + 9 + high]);
    int extra = 0;
    for (int probability : LARGE[category]) {
      extra = 2 * extra + in.bit(probability);
    }
    return 3 + (8 << category) + extra;
  }
}
