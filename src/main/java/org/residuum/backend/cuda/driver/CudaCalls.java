package org.residuum.backend.cuda.driver;

import java.util.function.Supplier;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.cublasStatus;

/** The one place where the answers of CUDA and cuBLAS are looked at. */
final class CudaCalls {
  /** What a wait was about: kernels that fail are seen by a later call. */
  static final String EARLIER =
      "an error of an earlier launch shows here; with CUDA_LAUNCH_BLOCKING=1 in the environment and"
          + " -Dresiduum.cuda.graphs=off the launch itself shows it";

  private CudaCalls() {}

  /**
   * Throws unless the driver's answer is success.
   *
   * @param detail what the call was about: kernel and launch size, bytes, a label
   */
  static void check(int answer, String call, Supplier<String> detail) {
    if (answer != CUresult.CUDA_SUCCESS) {
      throw new CudaException(call + " (" + detail.get() + ") answers " + text(answer));
    }
  }

  static void checkBlas(int answer, String call, Supplier<String> detail) {
    if (answer != cublasStatus.CUBLAS_STATUS_SUCCESS) {
      throw new CudaException(
          call
              + " ("
              + detail.get()
              + ") answers "
              + answer
              + ", "
              + cublasStatus.stringFor(answer));
    }
  }

  /** For example {@code cuInit answers 100, CUDA_ERROR_NO_DEVICE: no CUDA-capable device …}. */
  static String failure(String call, int answer) {
    return call + " answers " + text(answer);
  }

  /** For example {@code 2, CUDA_ERROR_OUT_OF_MEMORY: out of memory}. */
  private static String text(int answer) {
    String[] text = new String[1];
    boolean known = JCudaDriver.cuGetErrorString(answer, text) == CUresult.CUDA_SUCCESS;
    return answer + ", " + CUresult.stringFor(answer) + (known ? ": " + text[0] : "");
  }
}
