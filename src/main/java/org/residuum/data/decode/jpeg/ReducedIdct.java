package org.residuum.data.decode.jpeg;

import java.util.Arrays;

/**
 * The inverse DCTs of libjpeg that give 4 × 4, 2 × 2 or 1 sample of a block, to the bit: picture
 * decoders' "reduced scale".
 */
final class ReducedIdct {
  private final int[] rows = new int[64];

  /** Transforms a block, coefficients in rows of eight, and sets it to zero. */
  void transform(int size, int[] block, int[] out, int at, int stride) {
    switch (size) {
      case 4 -> four(block, out, at, stride);
      case 2 -> two(block, out, at, stride);
      default -> out[at] = (block[0] + 4) >> 3;
    }
    Arrays.fill(block, 0);
  }

  private void four(int[] in, int[] out, int at, int stride) {
    for (int x = 0; x < 8; x++) {
      if (x != 4) {
        fourColumn(in, x);
      }
    }
    for (int y = 0; y < 4; y++) {
      int i = 8 * y;
      int row = at + y * stride;
      int dc = (rows[i] << 14) + (1 << 18);
      int even = rows[i + 2] * 15137 - rows[i + 6] * 6270;
      int odd0 = oddInner(rows[i + 1], rows[i + 3], rows[i + 5], rows[i + 7]);
      int odd2 = oddOuter(rows[i + 1], rows[i + 3], rows[i + 5], rows[i + 7]);
      out[row] = (dc + even + odd2) >> 19;
      out[row + 3] = (dc + even - odd2) >> 19;
      out[row + 1] = (dc - even + odd0) >> 19;
      out[row + 2] = (dc - even - odd0) >> 19;
    }
  }

  private void fourColumn(int[] in, int x) {
    int dc = (in[x] << 14) + (1 << 11);
    int even = in[16 + x] * 15137 - in[48 + x] * 6270;
    int odd0 = oddInner(in[8 + x], in[24 + x], in[40 + x], in[56 + x]);
    int odd2 = oddOuter(in[8 + x], in[24 + x], in[40 + x], in[56 + x]);
    rows[x] = (dc + even + odd2) >> 12;
    rows[24 + x] = (dc + even - odd2) >> 12;
    rows[8 + x] = (dc - even + odd0) >> 12;
    rows[16 + x] = (dc - even - odd0) >> 12;
  }

  private static int oddInner(int in1, int in3, int in5, int in7) {
    return in7 * -1730 + in5 * 11893 + in3 * -17799 + in1 * 8697;
  }

  private static int oddOuter(int in1, int in3, int in5, int in7) {
    return in7 * -4176 + in5 * -4926 + in3 * 7373 + in1 * 20995;
  }

  private void two(int[] in, int[] out, int at, int stride) {
    for (int x = 0; x < 8; x++) {
      if (x == 0 || (x & 1) == 1) {
        int dc = (in[x] << 15) + (1 << 12);
        int odd = odd(in[8 + x], in[24 + x], in[40 + x], in[56 + x]);
        rows[x] = (dc + odd) >> 13;
        rows[8 + x] = (dc - odd) >> 13;
      }
    }
    for (int y = 0; y < 2; y++) {
      int i = 8 * y;
      int dc = (rows[i] << 15) + (1 << 19);
      int odd = odd(rows[i + 1], rows[i + 3], rows[i + 5], rows[i + 7]);
      out[at + y * stride] = (dc + odd) >> 20;
      out[at + y * stride + 1] = (dc - odd) >> 20;
    }
  }

  private static int odd(int in1, int in3, int in5, int in7) {
    return in7 * -5906 + in5 * 6967 + in3 * -10426 + in1 * 29692;
  }
}
