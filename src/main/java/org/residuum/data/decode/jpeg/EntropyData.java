package org.residuum.data.decode.jpeg;

import java.util.Arrays;

/**
 * The coded data of one scan: without the zeros after its 0xff bytes, and in the parts that restart
 * markers divide it into.
 */
final class EntropyData {
  /** Readable behind the end: the bits are taken by eight bytes. */
  private static final int PADDING = 16;

  final byte[] bytes;

  /** Where the parts begin; the last entry is where the last one ends. */
  final int[] parts;

  /** Where in the file the marker after the scan is. */
  final int next;

  private EntropyData(byte[] bytes, int[] parts, int next) {
    this.bytes = bytes;
    this.parts = parts;
    this.next = next;
  }

  static EntropyData of(byte[] file, int from) throws UnusualJpegException {
    byte[] bytes = new byte[file.length - from + PADDING];
    int[] parts = new int[4];
    int count = 1;
    int out = 0;
    int at = from;
    while (true) {
      int marker = at;
      while (marker < file.length - 1 && file[marker] != -1) {
        marker++;
      }
      if (marker >= file.length - 1) {
        throw new UnusualJpegException("a scan without an end");
      }
      int code = file[marker + 1] & 255;
      int kept = marker - at + (code == 0 ? 1 : 0);
      System.arraycopy(file, at, bytes, out, kept);
      out += kept;
      at = marker + 2;
      if (code == 0xff) {
        throw new UnusualJpegException("fill bytes in a scan");
      } else if (code != 0) {
        parts = count == parts.length ? Arrays.copyOf(parts, 2 * count) : parts;
        parts[count] = out;
        if (code < 0xd0 || code > 0xd7) {
          return new EntropyData(bytes, Arrays.copyOf(parts, count + 1), marker);
        }
        if (code - 0xd0 != (count - 1 & 7)) {
          throw new UnusualJpegException("restart markers out of order");
        }
        count++;
      }
    }
  }
}
