package org.residuum.data.decode.jpeg;

import java.util.Arrays;

/**
 * The inverse DCT of libjpeg's "islow", to the bit: Loeffler, Ligtenberg and Moschytz (ICASSP 1989)
 * with 12 products, in fixed point with 13 fractional bits.
 */
final class Idct {
  /** By how many coefficients in the order of the file there are: the columns that they touch. */
  private static final byte[] COLUMNS = new byte[65];

  static {
    for (int count = 1; count <= 64; count++) {
      int column = BitReader.ZIGZAG[count - 1] & 7;
      COLUMNS[count] = (byte) Math.max(COLUMNS[count - 1], column + 1);
    }
  }

  private final int[] rows = new int[64];

  /**
   * Transforms a block to samples less 128, not limited yet, and sets it to zero.
   *
   * @param block coefficients in rows of eight
   * @param count the first ones in the order of the file, which hold all that are not zero
   */
  void transform(int[] block, int count, int[] out, int at, int stride) {
    if (count == 1) {
      fill((((block[0] << 2) + 16) >> 5), out, at, stride);
      block[0] = 0;
      return;
    }
    int columns = COLUMNS[count];
    for (int x = 0; x < columns; x++) {
      column(block, x);
    }
    Arrays.fill(block, 0);
    boolean isHalf = columns <= 4;
    for (int x = columns; x < (isHalf ? 4 : 8); x++) {
      for (int y = 0; y < 64; y += 8) {
        rows[y + x] = 0;
      }
    }
    for (int y = 0; y < 8; y++) {
      if (isHalf) {
        halfRow(8 * y, out, at + y * stride);
      } else {
        row(8 * y, out, at + y * stride);
      }
    }
  }

  private static void fill(int value, int[] out, int at, int stride) {
    for (int y = 0; y < 8; y++) {
      int row = at + y * stride;
      for (int x = 0; x < 8; x++) {
        out[row + x] = value;
      }
    }
  }

  private void column(int[] in, int x) {
    int in1 = in[8 + x];
    int in2 = in[16 + x];
    int in3 = in[24 + x];
    int in4 = in[32 + x];
    int in5 = in[40 + x];
    int in6 = in[48 + x];
    int in7 = in[56 + x];
    int[] out = rows;
    if ((in1 | in2 | in3 | in4 | in5 | in6 | in7) == 0) {
      int dc = in[x] << 2;
      for (int y = 0; y < 8; y++) {
        out[8 * y + x] = dc;
      }
      return;
    }
    int z1 = (in2 + in6) * 4433;
    int even2 = z1 - in6 * 15137;
    int even3 = z1 + in2 * 6270;
    int even0 = ((in[x] + in4) << 13) + 1024;
    int even1 = ((in[x] - in4) << 13) + 1024;
    int z5 = (in7 + in3 + in5 + in1) * 9633;
    int z3 = z5 - (in7 + in3) * 16069;
    int z4 = z5 - (in5 + in1) * 3196;
    int z17 = (in7 + in1) * -7373;
    int z35 = (in5 + in3) * -20995;
    int odd0 = in7 * 2446 + z17 + z3;
    int odd1 = in5 * 16819 + z35 + z4;
    int odd2 = in3 * 25172 + z35 + z3;
    int odd3 = in1 * 12299 + z17 + z4;
    out[x] = (even0 + even3 + odd3) >> 11;
    out[56 + x] = (even0 + even3 - odd3) >> 11;
    out[8 + x] = (even1 + even2 + odd2) >> 11;
    out[48 + x] = (even1 + even2 - odd2) >> 11;
    out[16 + x] = (even1 - even2 + odd1) >> 11;
    out[40 + x] = (even1 - even2 - odd1) >> 11;
    out[24 + x] = (even0 - even3 + odd0) >> 11;
    out[32 + x] = (even0 - even3 - odd0) >> 11;
  }

  private void row(int y, int[] out, int at) {
    int[] in = rows;
    int in1 = in[y + 1];
    int in2 = in[y + 2];
    int in3 = in[y + 3];
    int in4 = in[y + 4];
    int in5 = in[y + 5];
    int in6 = in[y + 6];
    int in7 = in[y + 7];
    int z1 = (in2 + in6) * 4433;
    int even2 = z1 - in6 * 15137;
    int even3 = z1 + in2 * 6270;
    int even0 = ((in[y] + in4) << 13) + (1 << 17);
    int even1 = ((in[y] - in4) << 13) + (1 << 17);
    int z5 = (in7 + in3 + in5 + in1) * 9633;
    int z3 = z5 - (in7 + in3) * 16069;
    int z4 = z5 - (in5 + in1) * 3196;
    int z17 = (in7 + in1) * -7373;
    int z35 = (in5 + in3) * -20995;
    int odd0 = in7 * 2446 + z17 + z3;
    int odd1 = in5 * 16819 + z35 + z4;
    int odd2 = in3 * 25172 + z35 + z3;
    int odd3 = in1 * 12299 + z17 + z4;
    out[at] = (even0 + even3 + odd3) >> 18;
    out[at + 7] = (even0 + even3 - odd3) >> 18;
    out[at + 1] = (even1 + even2 + odd2) >> 18;
    out[at + 6] = (even1 + even2 - odd2) >> 18;
    out[at + 2] = (even1 - even2 + odd1) >> 18;
    out[at + 5] = (even1 - even2 - odd1) >> 18;
    out[at + 3] = (even0 - even3 + odd0) >> 18;
    out[at + 4] = (even0 - even3 - odd0) >> 18;
  }

  /**
   * A row whose second half is zero: the same sums, of which the terms that vanish are left out.
   */
  private void halfRow(int y, int[] out, int at) {
    int[] in = rows;
    int in1 = in[y + 1];
    int in2 = in[y + 2];
    int in3 = in[y + 3];
    int even2 = in2 * 4433;
    int even3 = in2 * (4433 + 6270);
    int even0 = (in[y] << 13) + (1 << 17);
    int odd0 = in3 * (9633 - 16069) + in1 * (9633 - 7373);
    int odd1 = in3 * (9633 - 20995) + in1 * (9633 - 3196);
    int odd2 = in3 * (25172 - 20995 + 9633 - 16069) + in1 * 9633;
    int odd3 = in3 * 9633 + in1 * (12299 - 7373 + 9633 - 3196);
    out[at] = (even0 + even3 + odd3) >> 18;
    out[at + 7] = (even0 + even3 - odd3) >> 18;
    out[at + 1] = (even0 + even2 + odd2) >> 18;
    out[at + 6] = (even0 + even2 - odd2) >> 18;
    out[at + 2] = (even0 - even2 + odd1) >> 18;
    out[at + 5] = (even0 - even2 - odd1) >> 18;
    out[at + 3] = (even0 - even3 + odd0) >> 18;
    out[at + 4] = (even0 - even3 - odd0) >> 18;
  }
}
