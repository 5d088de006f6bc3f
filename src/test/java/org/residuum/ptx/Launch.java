package org.residuum.ptx;

import java.util.Arrays;
import org.residuum.ptx.memory.Cell;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.order.Published;
import org.residuum.ptx.parse.VariableLayout;

/** What all blocks of a launch share. */
public final class Launch {
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
    options.limits().check(kernel, grid, block, dynamicShared);
    threads = (int) block.count();
    warps = (threads + Warp.LANES - 1) / Warp.LANES;
    byte[] fixed = kernel.staticSharedShadow;
    dynamicSharedBytes = dynamicShared;
    int end = fixed.length + dynamicShared;
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
