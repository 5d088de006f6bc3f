package org.residuum.backend;

import org.residuum.backend.cuda.rig.RequiresGpu;
import org.residuum.backend.cuda.rig.TestDevice;

/** PyTorch's numbers on a GPU, in its three modes. */
@RequiresGpu
final class GpuGoldenTest extends CudaGoldenTest {
  @Override
  TestDevice device() {
    return TestDevice.GPU;
  }
}
