package org.residuum.backend.cuda.cases;

import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.LaunchShape;

/**
 * Arrays of some 2^33 elements or vectors, and a grid of which one block runs, so that what needs
 * 64 bits shows at the cost of a few elements.
 *
 * @param threads of the whole grid
 * @param rounds how often the last block goes round
 */
record Far(long threads, int rounds) {
  private static final int BLOCK = 32;

  /** More threads than 32 bits count, in two rounds. */
  static final Far WIDE = new Far((1L << 32) + BLOCK, 2);

  /** Fewer threads, whose loops, unrolled by 4, go round more than twice. */
  static final Far LONG = new Far((1L << 30) + BLOCK, 10);

  /** Fewer than 2^32 threads, but more than a signed number of 32 bits counts. */
  static final Far SIGNED = new Far(3L * (1L << 30) + BLOCK, 2);

  /**
   * The number of rounds is a division: here the low half of the divisor is 0, there the dividend
   * lies between 2^31 and 2^32.
   */
  static final List<Far> DIVISIONS =
      List.of(new Far(1L << 32, 2), new Far((1L << 30) + BLOCK, 3), SIGNED);

  static final List<Far> BOTH = List.of(WIDE, LONG);

  LaunchShape grid() {
    return new LaunchShape((int) (threads / BLOCK), 1, BLOCK, 1);
  }

  long last() {
    return threads / BLOCK - 1;
  }

  /** The first thread of the last block. */
  long first() {
    return threads - BLOCK;
  }

  /** What the last block takes of a flat loop, {@code width} elements at a time. */
  Spread lastBlock(int width) {
    long[] starts = new long[rounds];
    int[] lengths = new int[rounds];
    for (int round = 0; round < rounds; round++) {
      starts[round] = (first() + round * threads) * width;
      lengths[round] = (round < rounds - 1 ? BLOCK : 8) * width;
    }
    return new Spread(starts[rounds - 1] + lengths[rounds - 1], starts, lengths);
  }

  /** What the first block takes of a flat loop: its vectors, and a tail of three elements. */
  Spread firstBlock(int lanes) {
    long tail = (threads - 5) * lanes;
    return new Spread(tail + 3, new long[] {0, tail}, new int[] {BLOCK * lanes, 3});
  }

  /** What the first block takes of few elements, with a grid of many threads. */
  static Spread beginning() {
    return new Spread(40, new long[] {0}, new int[] {BLOCK});
  }
}
