package org.residuum.backend.cuda.cases;

import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Where a rig's arrays lie and its kernels run. */
public interface RigDevice extends AutoCloseable {
  /** Device memory of which nothing is written yet. */
  long allocate(long bytes, String label);

  void copyIn(long address, byte[] bytes);

  /** Fails, or gives NaNs, where nobody wrote. */
  void copyOut(long address, byte[] bytes);

  /**
   * Runs a kernel and waits for it.
   *
   * @return how many instructions its threads executed; 0 where nobody counts
   */
  long launch(Kernel kernel, ElementType storage, LaunchShape shape, Object[] arguments);

  /** Whether {@link #launchBlocks} can run some blocks of a grid without the others. */
  default boolean runsSomeBlocks() {
    return false;
  }

  /**
   * Runs blocks {@code first} to {@code end - 1} of a grid, counted x fastest: how the far end of a
   * launch over billions of elements is seen in a moment.
   */
  default long launchBlocks(Kernel kernel, ElementType storage, Blocks blocks, Object[] arguments) {
    throw new UnsupportedOperationException("this device runs whole grids only");
  }

  /** Some blocks of a grid. */
  record Blocks(LaunchShape shape, long first, long end) {}

  /** Gives all memory back. */
  @Override
  void close();
}
