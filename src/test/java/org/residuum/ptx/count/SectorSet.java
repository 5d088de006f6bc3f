package org.residuum.ptx.count;

import java.util.HashMap;
import java.util.Map;

/** A set of 32-byte sectors of memory, kept a bit a sector in pieces of 64 KB. */
final class SectorSet {
  static final int SHIFT = 5;
  private static final int PIECE_SHIFT = 16;
  private static final int WORDS = 1 << PIECE_SHIFT - SHIFT - 6;

  private final Map<Long, long[]> pieces = new HashMap<>();
  private long lastNumber = -1;
  private long[] last;
  private long size;

  /** Adds the sector of an address. */
  void add(long address) {
    long number = address >>> PIECE_SHIFT;
    if (number != lastNumber) {
      last = pieces.computeIfAbsent(number, n -> new long[WORDS]);
      lastNumber = number;
    }
    int sector = (int) (address >>> SHIFT) & (1 << PIECE_SHIFT - SHIFT) - 1;
    long bit = 1L << sector;
    if ((last[sector >>> 6] & bit) == 0) {
      last[sector >>> 6] |= bit;
      size++;
    }
  }

  long size() {
    return size;
  }
}
