package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.kernel.Storage;

/** One thing that a session has the device do when it runs. */
public sealed interface Step {
  /** The node it belongs to. */
  String node();

  /**
   * A kernel.
   *
   * @param arguments {@link Operand}, Long, Integer or Float
   */
  record Launch(
      String node, Kernel kernel, Storage storage, LaunchShape shape, List<Object> arguments)
      implements Step {
    @Override
    public String toString() {
      return kernel.entry(storage)
          + String.format(
              " grid %d×%d block %d×%d",
              shape.gridX(), shape.gridY(), shape.blockX(), shape.blockY());
    }
  }

  /** A product. */
  record Product(String node, Gemm gemm, Operand a, Operand b, Operand c) implements Step {
    @Override
    public String toString() {
      return "product " + gemm;
    }
  }

  /** A copy of bytes. */
  record Copy(String node, Operand from, Operand to, long bytes) implements Step {
    @Override
    public String toString() {
      return "copy of " + bytes + " bytes";
    }
  }
}
