package org.residuum.backend.cuda.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.backend.OpTableChecks;
import org.residuum.backend.cuda.kernel.Kernel;

/** The CUDA backend lowers every operation and every gradient. */
class CudaOpsTest {
  @Test
  void tableIsComplete() {
    OpTableChecks.requireComplete(CudaOps.ALL.table());
  }

  @Test
  void noKernelIsDeclaredTwice() {
    List<String> names = CudaOps.ALL.kernels().stream().map(Kernel::name).toList();
    assertEquals(names.stream().distinct().toList(), names);
  }
}
