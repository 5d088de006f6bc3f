package org.residuum.backend.cuda.rig;

import org.residuum.backend.cuda.driver.CudaDriver;

/** Every kernel alone on a GPU. */
@RequiresGpu
final class GpuKernelTest extends DriverRigTest {
  @Override
  CudaDriver driver() {
    return TestDevice.GPU.driver();
  }
}
