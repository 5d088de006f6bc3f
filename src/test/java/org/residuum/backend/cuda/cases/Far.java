package org.residuum.backend.cuda.cases;

import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.LaunchShape;

/**
 * Arrays of some 2^33 elements or vectors, and a grid of over 2^32 threads of which one block runs,
 * so that what needs 64 bits shows at the cost of a few elements.
 */
final class Far {
  private static final int BLOCK = 32;
  private static final long THREADS = (1L << 32) + BLOCK;

  static final LaunchShape GRID = new LaunchShape((int) (THREADS / BLOCK), 1, BLOCK, 1);
  static final long LAST_BLOCK = THREADS / BLOCK - 1;

  private Far() {}

  /** What the last block takes of a flat loop, {@code width} elements at a time, in two rounds. */
  static Spread lastBlock(int width) {
    long first = THREADS - BLOCK;
    long second = first + THREADS;
    return new Spread(
        (second + 8) * width,
        new long[] {first * width, second * width},
        new int[] {BLOCK * width, 8 * width});
  }

  /** What the first block takes of a flat loop: its vectors, and a tail of three elements. */
  static Spread firstBlock(int lanes) {
    long tail = (THREADS - 5) * lanes;
    return new Spread(tail + 3, new long[] {0, tail}, new int[] {BLOCK * lanes, 3});
  }
}
