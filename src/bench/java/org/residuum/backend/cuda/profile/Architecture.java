package org.residuum.backend.cuda.profile;

/**
 * Limits and rates of a multiprocessor, from the CUDA C++ Programming Guide: its tables of
 * technical specifications and of the throughput of arithmetic instructions by compute capability;
 * load-store units from the white papers of the architectures.
 */
enum Architecture {
  SM_80(80, 64, 32, 164, 2, 32),
  SM_86(86, 48, 16, 100, 4, 16),
  SM_89(89, 48, 24, 100, 4, 16),
  SM_90(90, 64, 32, 228, 4, 32);

  private static final int LANES = 32;
  private static final int REGISTERS = 65_536;

  /** Registers are given to warps in pieces of that many, to warps in groups of four. */
  private static final int REGISTER_PIECE = 256;

  private static final int WARP_GROUP = 4;
  private static final int SHARED_PIECE = 128;

  /** Shared memory that the system takes of each block. */
  private static final int SHARED_RESERVED = 1024;

  private final int number;
  private final int warps;
  private final int blocks;
  private final int sharedBytes;
  private final int floatWarps;
  private final int memoryLanes;

  Architecture(
      int number, int warps, int blocks, int sharedKilobytes, int floatWarps, int memoryLanes) {
    this.number = number;
    this.warps = warps;
    this.blocks = blocks;
    this.sharedBytes = sharedKilobytes << 10;
    this.floatWarps = floatWarps;
    this.memoryLanes = memoryLanes;
  }

  /** 10 · major + minor. */
  int number() {
    return number;
  }

  /** Warps that a multiprocessor holds at most. */
  int warps() {
    return warps;
  }

  /** Blocks that a multiprocessor holds at a time; 0 where one is too large. */
  int residentBlocks(int threads, int registers, int sharedOfBlock) {
    int warpsOfBlock = (threads + LANES - 1) / LANES;
    int ofWarp = up(registers * LANES, REGISTER_PIECE);
    int warpsByRegisters = REGISTERS / Math.max(1, ofWarp) / WARP_GROUP * WARP_GROUP;
    int byRegisters = warpsByRegisters / warpsOfBlock;
    int byShared = sharedBytes / up(sharedOfBlock + SHARED_RESERVED, SHARED_PIECE);
    return Math.min(Math.min(blocks, warps / warpsOfBlock), Math.min(byRegisters, byShared));
  }

  /** The share of the warps that a multiprocessor could hold, with blocks as in a launch. */
  double occupancy(int threads, int registers, int sharedOfBlock) {
    int warpsOfBlock = (threads + LANES - 1) / LANES;
    return (double) residentBlocks(threads, registers, sharedOfBlock) * warpsOfBlock / warps;
  }

  /** Instructions of warps that start in a cycle, one a scheduler. */
  double issueRate() {
    return 4;
  }

  double integerRate() {
    return 2;
  }

  double floatRate() {
    return floatWarps;
  }

  /** 16 lanes of reciprocals, exponentials and conversions a cycle. */
  double specialRate() {
    return 0.5;
  }

  double memoryRate() {
    return (double) memoryLanes / LANES;
  }

  private static int up(int n, int piece) {
    return (n + piece - 1) / piece * piece;
  }
}
