package org.residuum.backend;

import org.residuum.backend.cuda.rig.RequiresGpu;
import org.residuum.backend.cuda.rig.TestDevice;

/** The table of operations on a GPU, in fp32. */
@RequiresGpu
final class GpuBackendTest extends CudaBackendTest {
  @Override
  TestDevice device() {
    return TestDevice.GPU;
  }
}
