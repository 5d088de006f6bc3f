package org.residuum.backend.cuda.kernel;

/** Grid and block sizes of one launch. */
public record LaunchShape(int gridX, int gridY, int blockX, int blockY) {
  public LaunchShape {
    if (gridX < 1 || gridY < 1 || gridY > 65_535 || blockX < 1 || blockY < 1) {
      throw new IllegalArgumentException(
          "launch of grid ("
              + gridX
              + ", "
              + gridY
              + ") and block ("
              + blockX
              + ", "
              + blockY
              + "): sizes are at least 1 and grid y at most 65535");
    }
  }

  static LaunchShape of(long gridX, int blockX) {
    return new LaunchShape(Math.toIntExact(gridX), 1, blockX, 1);
  }

  int threads() {
    return blockX * blockY;
  }
}
