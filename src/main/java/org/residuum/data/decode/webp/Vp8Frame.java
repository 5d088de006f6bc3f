package org.residuum.data.decode.webp;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes a VP8 key frame, the pixels of a lossy WebP, to its planes Y, U and V (RFC 6386; values
 * at the borders as in libwebp, which is what PIL uses).
 */
final class Vp8Frame {
  /** Macroblock modes; those of 4 × 4 blocks begin with the same four. */
  static final int DC = 0;

  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;

  private static final int LUMA_AFTER_SECOND = 0;
  private static final int SECOND = 1;
  private static final int CHROMA = 2;
  private static final int LUMA = 3;

  final Vp8Header header;
  final int columns;
  final int rows;
  final Vp8Plane luma;
  final Vp8Plane u;
  final Vp8Plane v;

  /** For each macroblock the loop filter's level, and whether edges inside it are filtered. */
  final byte[] filterLevels;

  final boolean[] filtersInside;

  /** Modes of the 4 × 4 blocks above the row and at the left of the macroblock. */
  private final int[] modesAbove;

  private final int[] modesLeft = new int[4];

  /** Whether the neighbouring blocks had coefficients: 4 of luma, 2 of U, 2 of V, 1 of DCs. */
  private final int[][] nonZeroAbove;

  private final int[] nonZeroLeft = new int[9];
  private final int[] blockModes = new int[16];
  private final int[] coefficients = new int[25 * 16];
  private boolean hasCoefficients;

  Vp8Frame(Vp8Header header) {
    this.header = header;
    columns = (header.width + 15) / 16;
    rows = (header.height + 15) / 16;
    luma = new Vp8Plane(16 * columns, 16 * rows);
    u = new Vp8Plane(8 * columns, 8 * rows);
    v = new Vp8Plane(8 * columns, 8 * rows);
    filterLevels = new byte[columns * rows];
    filtersInside = new boolean[columns * rows];
    modesAbove = new int[4 * columns];
    nonZeroAbove = new int[columns][9];
  }

  /** Decodes and filters all macroblocks. */
  void decode() throws IOException {
    for (int row = 0; row < rows; row++) {
      Arrays.fill(modesLeft, DC);
      Arrays.fill(nonZeroLeft, 0);
      Vp8Bits partition = header.partitions[row & header.partitions.length - 1];
      for (int column = 0; column < columns; column++) {
        macroblock(row, column, partition);
        if (partition.isExhausted() || header.bits.isExhausted()) {
          throw new EOFException("a WebP whose pixels end early: cut short");
        }
      }
    }
    new Vp8Filter(this).run();
  }

  private void macroblock(int row, int column, Vp8Bits partition) {
    Vp8Bits bits = header.bits;
    int segment = 0;
    if (header.hasSegmentMap) {
      int[] p = header.segmentProbabilities;
      segment = bits.bit(p[0]) == 0 ? bits.bit(p[1]) : 2 + bits.bit(p[2]);
    }
    boolean skipped = header.skipProbability >= 0 && bits.bit(header.skipProbability) == 1;
    boolean hasBlockModes = bits.bit(145) == 0;
    int mode = hasBlockModes ? readBlockModes(column) : readMode(column);
    int chromaMode =
        bits.bit(142) == 0
            ? DC
            : bits.bit(114) == 0 ? VERTICAL : bits.bit(183) == 0 ? HORIZONTAL : TRUE_MOTION;
    Arrays.fill(coefficients, 0);
    hasCoefficients = false;
    if (skipped) {
      forget(nonZeroAbove[column], hasBlockModes);
      forget(nonZeroLeft, hasBlockModes);
    } else {
      readCoefficients(partition, nonZeroAbove[column], hasBlockModes, header.steps[segment]);
    }
    int block = row * columns + column;
    filterLevels[block] = (byte) header.filterLevels[segment][hasBlockModes ? 1 : 0];
    filtersInside[block] = hasBlockModes || hasCoefficients;
    if (hasBlockModes) {
      luma.predictBlocks(row, column, blockModes, coefficients);
    } else {
      luma.predict(row, column, 16, mode);
      luma.add(row, column, 4, coefficients, 0);
    }
    u.predict(row, column, 8, chromaMode);
    u.add(row, column, 2, coefficients, 16);
    v.predict(row, column, 8, chromaMode);
    v.add(row, column, 2, coefficients, 20);
  }

  private int readMode(int column) {
    Vp8Bits bits = header.bits;
    int mode =
        bits.bit(156) == 1
            ? bits.bit(128) == 1 ? TRUE_MOTION : HORIZONTAL
            : bits.bit(163) == 1 ? VERTICAL : DC;
    for (int i = 0; i < 4; i++) {
      modesAbove[4 * column + i] = mode;
      modesLeft[i] = mode;
    }
    return mode;
  }

  private int readBlockModes(int column) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int above = modesAbove[4 * column + x];
        int mode = blockMode(9 * (10 * above + modesLeft[y]));
        modesAbove[4 * column + x] = mode;
        modesLeft[y] = mode;
        blockModes[4 * y + x] = mode;
      }
    }
    return -1;
  }

  /** Walks the tree of RFC 6386, section 11.2. */
  private int blockMode(int at) {
    int[] p = Vp8Tables.BLOCK_MODES;
    Vp8Bits bits = header.bits;
    if (bits.bit(p[at]) == 0) {
      return DC;
    }
    if (bits.bit(p[at + 1]) == 0) {
      return TRUE_MOTION;
    }
    if (bits.bit(p[at + 2]) == 0) {
      return VERTICAL;
    }
    if (bits.bit(p[at + 3]) == 0) {
      if (bits.bit(p[at + 4]) == 0) {
        return HORIZONTAL;
      }
      return bits.bit(p[at + 5]) == 0 ? Vp8Plane.RIGHT_DOWN : Vp8Plane.VERTICAL_RIGHT;
    }
    if (bits.bit(p[at + 6]) == 0) {
      return Vp8Plane.LEFT_DOWN;
    }
    if (bits.bit(p[at + 7]) == 0) {
      return Vp8Plane.VERTICAL_LEFT;
    }
    return bits.bit(p[at + 8]) == 0 ? Vp8Plane.HORIZONTAL_DOWN : Vp8Plane.HORIZONTAL_UP;
  }

  /** The block of DCs keeps its state where a macroblock has none. */
  private static void forget(int[] nonZero, boolean hasBlockModes) {
    Arrays.fill(nonZero, 0, hasBlockModes ? 8 : 9, 0);
  }

  private void readCoefficients(Vp8Bits in, int[] above, boolean hasBlockModes, int[] steps) {
    Vp8Coefficients reader = new Vp8Coefficients(in, header.coefficients, coefficients);
    int kind = LUMA;
    int first = 0;
    if (!hasBlockModes) {
      int last = reader.read(SECOND, above[8] + nonZeroLeft[8], 0, 24 * 16, steps[2], steps[3]);
      above[8] = nonZeroLeft[8] = last > 0 ? 1 : 0;
      Vp8Plane.spreadDcs(coefficients);
      kind = LUMA_AFTER_SECOND;
      first = 1;
    }
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int at = 16 * (4 * y + x);
        int last = reader.read(kind, above[x] + nonZeroLeft[y], first, at, steps[0], steps[1]);
        above[x] = nonZeroLeft[y] = last > first ? 1 : 0;
        hasCoefficients |= last > 1 || coefficients[at] != 0;
      }
    }
    for (int i = 0; i < 8; i++) {
      int x = 4 + i / 4 * 2 + i % 2;
      int y = 4 + i / 4 * 2 + i % 4 / 2;
      int last =
          reader.read(CHROMA, above[x] + nonZeroLeft[y], 0, 256 + 16 * i, steps[4], steps[5]);
      above[x] = nonZeroLeft[y] = last > 0 ? 1 : 0;
      hasCoefficients |= last > 0;
    }
  }
}
