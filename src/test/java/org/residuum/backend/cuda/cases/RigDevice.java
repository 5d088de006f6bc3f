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

  /** Gives all memory back. */
  @Override
  void close();
}
