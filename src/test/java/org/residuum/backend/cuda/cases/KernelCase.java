package org.residuum.backend.cuda.cases;

import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/**
 * A launch of a kernel, or of the kernels of one operation, on given sizes, checked against plain
 * Java.
 *
 * @param kernel the kernel under test, the first that a failure would name
 * @param detail sizes and what is special about them
 */
public record KernelCase(Kernel kernel, ElementType storage, String detail, Body body) {
  /** Fills buffers, launches, compares. */
  @FunctionalInterface
  public interface Body {
    void run(KernelRig rig);
  }

  @Override
  public String toString() {
    return kernel.entry(storage) + " " + detail;
  }
}
