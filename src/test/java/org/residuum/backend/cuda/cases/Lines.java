package org.residuum.backend.cuda.cases;

import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.LaunchShape;

/** Launches of kernels that take a line of the result at a time. */
final class Lines {
  /** A grid of over 2^32 lines at a time. */
  static final LaunchShape FAR = new LaunchShape((1 << 29) + 1, 1, 4, 8);

  /** Images of 8 lines each, of which the last block of {@link #FAR} takes two. */
  static final int IMAGES = (1 << 30) + 2;

  static final long LAST_BLOCK = FAR.gridX() - 1;
  private static final LaunchShape FEW = new LaunchShape(2, 1, 2, 2);
  private static final LaunchShape ONE = new LaunchShape(1, 1, 16, 1);

  private Lines() {}

  /** Rounds over lines and along them, each array misaligned alone. */
  static void everyWay(Trial trial, long lines, long width, boolean vectors) {
    trial.onGridFor(lines, width).on(ONE).misalignedAlone(FEW, vectors);
  }

  /** Rounds over lines and along them. */
  static void rounds(Trial trial) {
    trial.on(FEW);
  }

  /** The two images that the last block takes, of so many elements each. */
  static Spread twoImages(int elements) {
    long[] starts = {(FAR.gridX() - 1L) * elements, (IMAGES - 1L) * elements};
    return new Spread((long) IMAGES * elements, starts, new int[] {elements, elements});
  }
}
