package org.residuum.ptx;

import java.util.Arrays;
import org.residuum.ptx.memory.Cell;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.order.Published;
import org.residuum.ptx.parse.VariableLayout;

/** What all blocks of a launch share. */
public final class Launch {
  /** Shared memory that a block may use on the newest architectures. */
  private static final int MAX_SHARED = 227 * 1024;

  public final EmulatedMemory memory;
  public final Kernel kernel;
  public final Dim3 grid;
  public final Dim3 block;
  final int threads;
  public final int warps;
  public final int dynamicSharedBytes;
  public final int sharedBytes;
  final byte[] sharedShadow;
  public final byte[] parameters;
  public final byte[] parameterShadow;
  public final LaunchOptions options;
  public final int number;
  final Published published = new Published();

  Launch(
      EmulatedMemory memory,
      Kernel kernel,
      Dim3 grid,
      Dim3 block,
      int dynamicShared,
      byte[] parameters,
      LaunchOptions options,
      int number) {
    this.memory = memory;
    this.kernel = kernel;
    this.grid = grid;
    this.block = block;
    this.parameters = parameters;
    parameterShadow = new byte[parameters.length];
    Arrays.fill(parameterShadow, Cell.WRITTEN);
    this.options = options;
    this.number = number;
    if (block.count() > Math.min(1024, kernel.maxThreads)) {
      throw new IllegalArgumentException(
          "launch "
              + kernel.name
              + ": "
              + block.count()
              + " threads a block, at most "
              + Math.min(1024, kernel.maxThreads)
              + " are allowed");
    }
    threads = (int) block.count();
    warps = (threads + Warp.LANES - 1) / Warp.LANES;
    byte[] fixed = kernel.staticSharedShadow;
    dynamicSharedBytes = dynamicShared;
    int end = fixed.length + dynamicShared;
    if (dynamicShared < 0 || end > MAX_SHARED) {
      throw new IllegalArgumentException(
          "launch "
              + kernel.name
              + ": "
              + dynamicShared
              + " bytes of dynamic shared memory, "
              + fixed.length
              + " static: at most "
              + MAX_SHARED
              + " together");
    }
    sharedBytes = VariableLayout.align(end, 16);
    sharedShadow = Arrays.copyOf(fixed, sharedBytes);
    Arrays.fill(sharedShadow, end, sharedBytes, Cell.RED);
  }

  /** The place in the grid of a block. */
  void position(long linear, int[] into) {
    into[0] = (int) (linear % grid.x());
    into[1] = (int) (linear / grid.x() % grid.y());
    into[2] = (int) (linear / grid.x() / grid.y());
  }
}
