package org.residuum.data.decode.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads Huffman codes. The next bits are the high ones of a 64-bit window, which is filled up
 * without a branch: at least 56 bits are in it then. Reading outside of the data is an {@link
 * IndexOutOfBoundsException}.
 */
final class BitReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int LOOK_SHIFT = 64 - HuffmanTable.LOOK_BITS;

  /** Where the coefficients of a block lie in rows of eight, by their order in the file. */
  static final int[] ZIGZAG = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
  };

  private final EntropyData data;
  private final byte[] bytes;
  private int part;
  private int at;
  private long window;

  /** How many of the window's bits are taken from the bytes before {@link #at}. */
  private int count;

  BitReader(EntropyData data) {
    this.data = data;
    bytes = data.bytes;
  }

  /** Ends a part and begins with the next one. */
  void restart() throws UnusualJpegException {
    endPart();
    part++;
    if (part + 1 >= data.parts.length) {
      throw new UnusualJpegException("a restart marker is missing");
    }
    at = data.parts[part];
    window = 0;
    count = 0;
  }

  /** Fails if more was read than the part holds. */
  private void endPart() throws UnusualJpegException {
    if (8L * at - count > 8L * data.parts[part + 1]) {
      throw new UnusualJpegException("the data of a scan end early");
    }
  }

  void end() throws UnusualJpegException {
    endPart();
    if (part + 2 != data.parts.length) {
      throw new UnusualJpegException("restart markers after the last part");
    }
  }

  private void fill() {
    window |= (long) LONGS.get(bytes, at) >>> count;
    at += (63 - count) >>> 3;
    count |= 56;
  }

  int symbol(HuffmanTable table) throws UnusualJpegException {
    if (count < 32) {
      fill();
    }
    int entry = table.symbols[(int) (window >>> LOOK_SHIFT)];
    if (entry == 0) {
      entry = table.longCode((int) (window >>> 48));
    }
    window <<= entry >> 8;
    count -= entry >> 8;
    return entry & 255;
  }

  /**
   * @param size 0 to 16
   */
  int bits(int size) {
    if (count < 32) {
      fill();
    }
    int bits = (int) (window >>> 32) >>> 1 >>> (31 - size);
    window <<= size;
    count -= size;
    return bits;
  }

  boolean bit() {
    if (count < 1) {
      fill();
    }
    boolean bit = window < 0;
    window <<= 1;
    count--;
    return bit;
  }

  /** A number of so many bits, whose first one is its sign. */
  int value(int size) {
    return size == 0 ? 0 : HuffmanTable.extend(bits(size), size);
  }

  /**
   * Reads the AC coefficients of a block.
   *
   * @param quant factors in the order of the file
   * @param block receives the products, in rows of eight; zero before
   * @return how many coefficients in the order of the file hold all that are not zero
   */
  int coefficients(HuffmanTable table, int[] quant, int[] block) throws UnusualJpegException {
    long bits = window;
    int left = count;
    int[] entries = table.coefficients;
    int end = 1;
    for (int k = 1; k < 64; ) {
      if (left < 32) {
        bits |= (long) LONGS.get(bytes, at) >>> left;
        at += (63 - left) >>> 3;
        left |= 56;
      }
      int entry = entries[(int) (bits >>> LOOK_SHIFT)];
      if (entry == 0) {
        entry = longEntry(table, bits);
      }
      int length = entry & 31;
      bits <<= length;
      left -= length;
      k += (entry >> 5) & 127;
      int value = entry >> 16;
      if (value != 0) {
        if ((entry & HuffmanTable.VALUE_FOLLOWS) != 0) {
          int size = value;
          value = HuffmanTable.extend((int) (bits >>> (64 - size)), size);
          bits <<= size;
          left -= size;
        }
        block[ZIGZAG[k]] = value * quant[k];
        end = ++k;
      }
    }
    window = bits;
    count = left;
    return end;
  }

  /** Passes over the AC coefficients of a block. */
  void skipCoefficients(HuffmanTable table) throws UnusualJpegException {
    long bits = window;
    int left = count;
    int[] entries = table.coefficients;
    for (int k = 1; k < 64; ) {
      if (left < 32) {
        bits |= (long) LONGS.get(bytes, at) >>> left;
        at += (63 - left) >>> 3;
        left |= 56;
      }
      int entry = entries[(int) (bits >>> LOOK_SHIFT)];
      if (entry == 0) {
        entry = longEntry(table, bits);
      }
      int length = entry & 31;
      int value = entry >> 16;
      k += (entry >> 5) & 127;
      if (value != 0) {
        if (k > 63) {
          throw new IndexOutOfBoundsException(k);
        }
        k++;
        length += (entry & HuffmanTable.VALUE_FOLLOWS) == 0 ? 0 : value;
      }
      bits <<= length;
      left -= length;
    }
    window = bits;
    count = left;
  }

  private static int longEntry(HuffmanTable table, long bits) throws UnusualJpegException {
    int code = table.longCode((int) (bits >>> 48));
    int run = (code >> 4) & 15;
    int size = code & 15;
    return size == 0
        ? code >> 8 | (run == 15 ? 16 : 64) << 5
        : code >> 8 | run << 5 | HuffmanTable.VALUE_FOLLOWS | size << 16;
  }
}
