package org.residuum.data.decode.jpeg;

import java.util.Arrays;

/** A Huffman code (ITU-T T.81, annexes C and F.2.2.3), looked up by the next bits. */
final class HuffmanTable {
  static final int LOOK_BITS = 10;
  private static final int LONGEST = 16;

  /** An entry of {@link #coefficients} whose value's bits follow its code. */
  static final int VALUE_FOLLOWS = 1 << 15;

  /** {@code length << 8 | symbol} of the code that the bits begin with; 0 for a longer one. */
  final int[] symbols = new int[1 << LOOK_BITS];

  /**
   * For AC coefficients: bits 0 to 4 hold how many bits are taken, 5 to 11 how many coefficients
   * are passed over (64 at the end of a block), 16 to 31 the value, which is 0 where none is coded.
   * With {@link #VALUE_FOLLOWS} bits 16 to 31 are the length of the value. 0 for a longer code.
   */
  final int[] coefficients = new int[1 << LOOK_BITS];

  private final byte[] values;

  /** For each length the largest code, as the high bits of 16, and where its values end. */
  private final int[] maxCode = new int[LONGEST + 1];

  private final int[] valueOffset = new int[LONGEST + 1];

  /**
   * @param counts of codes of each length from 1 to 16
   * @param values the symbols in the order of their codes
   */
  HuffmanTable(int[] counts, byte[] values) throws UnusualJpegException {
    this.values = values;
    int code = 0;
    int at = 0;
    for (int length = 1; length <= LONGEST; length++) {
      valueOffset[length] = at - code;
      for (int i = 0; i < counts[length - 1]; i++, code++, at++) {
        put(code, length, values[at] & 255);
      }
      if (counts[length - 1] > 0 && code >= 1 << length) {
        throw new UnusualJpegException("a Huffman table with too many codes");
      }
      maxCode[length] = code - 1;
      code <<= 1;
    }
  }

  private void put(int code, int length, int symbol) {
    if (length > LOOK_BITS || code >= 1 << length) {
      return;
    }
    int free = LOOK_BITS - length;
    int from = code << free;
    Arrays.fill(symbols, from, from + (1 << free), length << 8 | symbol);
    int run = symbol >> 4;
    int size = symbol & 15;
    for (int rest = 0; rest < 1 << free; rest++) {
      int entry;
      if (size == 0) {
        entry = length | (run == 15 ? 16 : 64) << 5;
      } else if (size > free) {
        entry = length | run << 5 | VALUE_FOLLOWS | size << 16;
      } else {
        int value = extend(rest >> (free - size), size);
        entry = length + size | run << 5 | value << 16;
      }
      coefficients[from + rest] = entry;
    }
  }

  /** The number that {@code size} bits stand for (T.81, table F.1). */
  static int extend(int bits, int size) {
    return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  }

  /**
   * {@code length << 8 | symbol} of a code longer than {@link #LOOK_BITS}.
   *
   * @param bits the next 16
   */
  int longCode(int bits) throws UnusualJpegException {
    for (int length = LOOK_BITS + 1; length <= LONGEST; length++) {
      int code = bits >> (LONGEST - length);
      if (code <= maxCode[length]) {
        int at = valueOffset[length] + code;
        if (at < 0) {
          break;
        }
        return length << 8 | values[at] & 255;
      }
    }
    throw new UnusualJpegException("a code that the Huffman table lacks");
  }

  /** Whether all symbols may be lengths of DC differences. */
  boolean isOfLengths() {
    for (byte value : values) {
      if ((value & 255) > 15) {
        return false;
      }
    }
    return true;
  }
}
