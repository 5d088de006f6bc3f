package org.residuum.backend.cuda.session;

import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.rig.RequiresGpu;
import org.residuum.backend.cuda.rig.TestDevice;

/** Device memory of a GPU. */
@RequiresGpu
final class GpuMemoryTest extends CudaMemoryTest {
  @Override
  CudaDriver driver() {
    return TestDevice.GPU.driver();
  }

  @Override
  CudaDriver smallDriver() {
    return driver();
  }

  @Override
  int sessions() {
    return TestDevice.isRehearsal() ? super.sessions() : 1000;
  }

  @Override
  int runs() {
    return TestDevice.isRehearsal() ? super.runs() : 200;
  }

  /** Less than the workspace that a single session has for its products. */
  @Override
  long unrest() {
    return 3 << 20;
  }

  @Override
  int width() {
    return TestDevice.isRehearsal() ? super.width() : 4096;
  }

  @Override
  long heapBytes() {
    return TestDevice.isRehearsal() ? super.heapBytes() : 10_000;
  }
}
