package org.residuum.data.decode.jpeg;

/** One component of a frame: Y, Cb or Cr. Sizes in blocks and samples are those of libjpeg. */
final class Component {
  final int id;

  /** Sampling factors, blocks in a whole MCU. */
  final int across;

  final int down;
  final int quantIndex;

  /** Blocks of the picture, without those that fill up MCUs. */
  int blocksWide;

  int blocksHigh;

  /** Blocks a row with those that fill up MCUs. */
  int storedWide;

  /** Quantisation in the order of the file, as it was when the component's first scan began. */
  int[] quant;

  HuffmanTable dcTable;
  HuffmanTable acTable;

  /** The last DC coefficient. */
  int dc;

  /** {@code (block rows, block columns, 64)} where they come in several scans, else null. */
  short[] coefficients;

  /** For each coefficient how many of its low bits have not been sent; -1 before its first scan. */
  final int[] missingBits = new int[64];

  /** Samples a block and side: 8, fewer at a reduced scale. */
  int size;

  /** The picture's samples at this scale. */
  int samplesWide;

  int samplesHigh;

  /** Output pixels a sample, 1 or 2. */
  int stretchX;

  int stretchY;

  /** Whether samples that are stretched are weighted with their neighbours, as by libjpeg. */
  boolean isSmooth;

  /** The blocks that are looked at. */
  int fromBlock;

  int toBlock;
  int fromBlockRow;
  int toBlockRow;

  /** The samples of two rows of MCUs; sample row r lies at row {@code r % ringRows}. */
  int[] ring;

  int ringRows;
  int stride;

  Component(int id, int across, int down, int quantIndex) {
    this.id = id;
    this.across = across;
    this.down = down;
    this.quantIndex = quantIndex;
  }

  /**
   * Says which output pixels are looked at, and makes room for their samples. Where samples are
   * stretched, their neighbours count, too.
   */
  void look(Window window) {
    int fromX = stretchX == 1 ? window.left() : Math.max(0, window.left() / 2 - 1);
    int toX = stretchX == 1 ? window.right() : (window.right() - 1) / 2 + 2;
    int fromY = stretchY == 1 ? window.top() : Math.max(0, window.top() / 2 - 1);
    int toY = stretchY == 1 ? window.bottom() : (window.bottom() - 1) / 2 + 2;
    fromBlock = fromX / size;
    toBlock = ceil(Math.min(toX, samplesWide), size);
    fromBlockRow = fromY / size;
    toBlockRow = ceil(Math.min(toY, samplesHigh), size);
    stride = (toBlock - fromBlock) * size;
    ringRows = 2 * down * size;
    ring = new int[Math.multiplyExact(stride, ringRows)];
  }

  boolean isLookedAt(int blockRow, int block) {
    return block >= fromBlock
        && block < toBlock
        && blockRow >= fromBlockRow
        && blockRow < toBlockRow;
  }

  /** Where in the ring a sample lies. */
  int at(int row, int column) {
    return row % ringRows * stride + column - fromBlock * size;
  }

  /** Makes samples 0 to 255 of what the transforms gave for a row of MCUs. */
  void limit(int mcuRow) {
    int count = ring.length / 2;
    int from = (mcuRow & 1) * count;
    for (int i = from; i < from + count; i++) {
      ring[i] = JpegColors.limited(ring[i] + 128);
    }
  }

  static int ceil(int value, int divisor) {
    return (value + divisor - 1) / divisor;
  }
}
