package org.residuum.backend;

import org.residuum.backend.cuda.rig.RequiresGpu;
import org.residuum.backend.cuda.rig.TestDevice;

/** The table of operations on a GPU, in tf32 and bf16. */
@RequiresGpu
final class GpuModesTest extends CudaModesTest {
  @Override
  TestDevice device() {
    return TestDevice.GPU;
  }

  @Override
  int every() {
    return TestDevice.isRehearsal() ? 10 * super.every() : 1;
  }
}
