package org.residuum.backend;

import org.residuum.backend.cuda.RequiresGpu;
import org.residuum.backend.cuda.TestDevice;

/** PyTorch's numbers on a GPU, in its three modes. */
@RequiresGpu
final class GpuGoldenTest extends CudaGoldenTest {
  @Override
  TestDevice device() {
    return TestDevice.GPU;
  }
}
