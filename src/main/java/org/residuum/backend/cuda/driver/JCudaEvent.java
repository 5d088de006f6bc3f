package org.residuum.backend.cuda.driver;

import jcuda.driver.CUevent;

/** An event of JCuda's driver API. */
final class JCudaEvent implements CudaEvent {
  private final JCudaDriver driver;
  private final CUevent handle = new CUevent();
  private boolean closed;

  JCudaEvent(JCudaDriver driver) {
    this.driver = driver;
  }

  CUevent handle() {
    return handle;
  }

  @Override
  public void synchronize() {
    driver.enter();
    JCudaDriver.check(
        jcuda.driver.JCudaDriver.cuEventSynchronize(handle),
        "cuEventSynchronize",
        () -> "an error of an earlier launch shows here");
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driver.enter();
      JCudaDriver.check(
          jcuda.driver.JCudaDriver.cuEventDestroy(handle), "cuEventDestroy", () -> "");
    }
  }
}
