package org.residuum.backend.cuda.driver;

import jcuda.driver.CUevent;
import jcuda.driver.CUresult;

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
        () -> CudaCalls.EARLIER);
  }

  @Override
  public double secondsSince(CudaEvent earlier) {
    driver.enter();
    float[] milliseconds = new float[1];
    int answer =
        jcuda.driver.JCudaDriver.cuEventElapsedTime(
            milliseconds, ((JCudaEvent) earlier).handle, handle);
    if (answer == CUresult.CUDA_ERROR_NOT_READY || answer == CUresult.CUDA_ERROR_INVALID_HANDLE) {
      throw new IllegalStateException(
          "both events must keep time, be recorded and be passed: " + CUresult.stringFor(answer));
    }
    JCudaDriver.check(answer, "cuEventElapsedTime", () -> CudaCalls.EARLIER);
    return milliseconds[0] / 1e3;
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
