package org.residuum.data.decode.jpeg;

/** Makes samples of blocks of coefficients. */
final class BlockSamples {
  private final Idct idct = new Idct();
  private final ReducedIdct reduced = new ReducedIdct();
  private final int[] block = new int[64];

  /** A block for coefficients times their quantisation, in rows of eight; zero. */
  int[] coefficients() {
    return block;
  }

  /**
   * Transforms the block into samples and sets it to zero.
   *
   * @param count how many coefficients in the order of the file hold all that are not zero
   */
  void put(Component component, int blockRow, int column, int count) {
    int size = component.size;
    int at = component.at(blockRow * size, column * size);
    if (size == 8) {
      idct.transform(block, count, component.ring, at, component.stride);
    } else {
      reduced.transform(size, block, component.ring, at, component.stride);
    }
  }

  /** The blocks of a row of MCUs, from coefficients that were kept. */
  void putKept(Frame frame, int mcuRow) {
    for (Component component : frame.components) {
      int from = Math.max(component.fromBlockRow, mcuRow * component.down);
      int to = Math.min(component.toBlockRow, (mcuRow + 1) * component.down);
      for (int row = from; row < to; row++) {
        for (int column = component.fromBlock; column < component.toBlock; column++) {
          put(component, row, column, load(component, row, column));
        }
      }
    }
  }

  private int load(Component component, int row, int column) {
    int at = 64 * (row * component.storedWide + column);
    int count = 0;
    for (int k = 0; k < 64; k++) {
      int i = BitReader.ZIGZAG[k];
      int value = component.coefficients[at + i] * component.quant[k];
      block[i] = value;
      count = value == 0 ? count : k;
    }
    return count + 1;
  }
}
