package org.residuum.backend.cuda;

/** Every kernel alone on a GPU. */
@RequiresGpu
final class GpuKernelTest extends DriverRigTest {
  @Override
  CudaDriver driver() {
    return TestDevice.GPU.driver();
  }
}
