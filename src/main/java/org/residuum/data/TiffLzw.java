package org.residuum.data;

import java.io.IOException;

/** LZW as in TIFF 6.0, section 13: high bits first, codes widen one early. */
final class TiffLzw {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int MAX_CODES = 4096;

  private final byte[] raw;
  private final int[] prefix = new int[MAX_CODES];
  private final byte[] suffix = new byte[MAX_CODES];
  private final byte[] stack = new byte[MAX_CODES + 1];
  private long bit;

  TiffLzw(byte[] raw) throws IOException {
    this.raw = raw;
    if (raw.length > 1 && raw[0] == 0 && (raw[1] & 1) == 1) {
      throw RefusedPictureException.tiffWith("LZW in the bit order of before 1992");
    }
  }

  /** Fills the bytes and returns them. */
  byte[] decode(byte[] out) throws IOException {
    int next = END + 1;
    int previous = -1;
    byte first = 0;
    int done = 0;
    while (done < out.length) {
      int code = code(next < 511 ? 9 : next < 1023 ? 10 : next < 2047 ? 11 : 12);
      if (code == CLEAR) {
        next = END + 1;
        previous = -1;
        continue;
      }
      if (code == END) {
        throw TiffSegments.cut();
      }
      if (previous < 0 ? code > END : code > next) {
        throw new IOException("a TIFF with an LZW code that was not defined");
      }
      int depth = 0;
      int walk = code;
      if (code == next && previous >= 0) {
        stack[depth++] = first;
        walk = previous;
      }
      while (walk > END) {
        stack[depth++] = suffix[walk];
        walk = prefix[walk];
      }
      first = (byte) walk;
      stack[depth++] = first;
      if (previous >= 0 && next < MAX_CODES) {
        prefix[next] = previous;
        suffix[next++] = first;
      }
      previous = code;
      while (depth > 0 && done < out.length) {
        out[done++] = stack[--depth];
      }
    }
    return out;
  }

  private int code(int bits) throws IOException {
    int code = 0;
    if (bit + bits > 8L * raw.length) {
      throw TiffSegments.cut();
    }
    for (int left = bits; left > 0; ) {
      int offset = (int) (bit & 7);
      int take = Math.min(left, 8 - offset);
      int part = (raw[(int) (bit >> 3)] & 255) >> (8 - offset - take) & ((1 << take) - 1);
      code = code << take | part;
      bit += take;
      left -= take;
    }
    return code;
  }
}
