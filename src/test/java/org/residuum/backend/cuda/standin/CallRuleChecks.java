package org.residuum.backend.cuda.standin;

import static jcuda.driver.CUresult.CUDA_ERROR_ILLEGAL_ADDRESS;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_CONTEXT;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_HANDLE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_VALUE;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_READY;
import static jcuda.driver.CUresult.CUDA_SUCCESS;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemsetD8Async;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.jcublas.JCublas2.cublasGemmEx_new;
import static jcuda.jcublas.JCublas2.cublasGemmStridedBatchedEx_new;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;
import org.residuum.backend.cuda.driver.JCudaDriver;

/** The stand-in answers wrong calls as the driver and cuBLAS do. */
final class CallRuleChecks {
  private static final int F32 = 0;
  private static final int BF16 = 14;
  private static final int PEDANTIC = cublasComputeType.CUBLAS_COMPUTE_32F_PEDANTIC;
  private static final int TF32 = cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32;
  private static final int INVALID = cublasStatus.CUBLAS_STATUS_INVALID_VALUE;
  private static final int UNSUPPORTED = cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED;

  private CallRuleChecks() {}

  static void add(Map<String, StandInChecks.Check> checks) {
    checks.put("rules of memory, events and contexts", CallRuleChecks::driver);
    checks.put("rules of products", CallRuleChecks::products);
  }

  private static void driver() throws Exception {
    JCudaDriver driver = JCudaDriver.open(0);
    driver.memoryInfo();
    CUstream stream = new CUstream();
    CUdeviceptr memory = new CUdeviceptr();
    assertEquals(CUDA_SUCCESS, cuStreamCreate(stream, 1));
    assertEquals(CUDA_SUCCESS, cuMemAlloc(memory, 100));
    assertEquals(CUDA_SUCCESS, cuMemsetD8Async(memory, (byte) 1, 100, stream));
    assertEquals(CUDA_ERROR_INVALID_VALUE, cuMemsetD8Async(memory, (byte) 1, 101, stream));
    assertEquals(
        CUDA_ERROR_INVALID_CONTEXT,
        CompletableFuture.supplyAsync(() -> cuMemAlloc(new CUdeviceptr(), 100)).get());
    times(stream);
    Pointer locked = new Pointer();
    assertEquals(CUDA_SUCCESS, cuMemHostAlloc(locked, 100, 0));
    assertEquals(CUDA_SUCCESS, cuMemcpyDtoH(locked.withByteOffset(96), memory, 8));
    assertEquals(CUDA_SUCCESS, cuMemFree(memory));
    assertEquals(CUDA_ERROR_INVALID_VALUE, cuMemFree(memory));
    assertEquals(CUDA_SUCCESS, cuMemFreeHost(locked));
    assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, cuStreamSynchronize(stream));
    StandIn.restart();
  }

  private static void times(CUstream stream) {
    CUevent start = new CUevent();
    CUevent end = new CUevent();
    CUevent untimed = new CUevent();
    float[] milliseconds = new float[1];
    cuEventCreate(start, 0);
    cuEventCreate(end, 0);
    cuEventCreate(untimed, 2);
    cuEventRecord(start, stream);
    cuEventRecord(end, stream);
    cuEventRecord(untimed, stream);
    assertEquals(CUDA_ERROR_NOT_READY, cuEventElapsedTime(milliseconds, start, end));
    cuStreamSynchronize(stream);
    assertEquals(CUDA_SUCCESS, cuEventElapsedTime(milliseconds, start, end));
    assertTrue(milliseconds[0] >= 0 && milliseconds[0] < 10_000, milliseconds[0] + " ms");
    assertEquals(CUDA_ERROR_INVALID_HANDLE, cuEventElapsedTime(milliseconds, start, untimed));
  }

  private static void products() {
    JCudaDriver driver = JCudaDriver.open(0);
    driver.memoryInfo();
    CUstream stream = new CUstream();
    CUdeviceptr memory = new CUdeviceptr();
    cublasHandle handle = new cublasHandle();
    assertEquals(CUDA_SUCCESS, cuStreamCreate(stream, 1));
    assertEquals(CUDA_SUCCESS, cuMemAlloc(memory, 1024));
    assertEquals(0, JCublas2.cublasCreate(handle));
    assertEquals(0, JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
    assertEquals(INVALID, JCublas2.cublasSetWorkspace(handle, memory.withByteOffset(8), 512));
    assertEquals(0, product(handle, memory, 3, 3, F32, F32, F32, PEDANTIC));
    assertEquals(INVALID, product(handle, memory, 2, 3, F32, F32, F32, PEDANTIC));
    assertEquals(INVALID, product(handle, memory, 3, 2, F32, F32, F32, PEDANTIC));
    assertEquals(0, product(handle, memory, 3, 3, BF16, BF16, F32, PEDANTIC));
    assertEquals(UNSUPPORTED, product(handle, memory, 3, 3, BF16, BF16, F32, TF32));
    assertEquals(UNSUPPORTED, product(handle, memory, 3, 3, F32, BF16, F32, PEDANTIC));
    assertEquals(UNSUPPORTED, product(handle, memory, 3, 3, F32, F32, BF16, PEDANTIC));
    assertEquals(0, batch(handle, memory, 12));
    assertEquals(INVALID, batch(handle, memory, 2));
    assertEquals(0, JCublas2.cublasDestroy(handle));
    assertEquals(
        cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED,
        product(handle, memory, 3, 3, F32, F32, F32, PEDANTIC));
    StandIn.restart();
  }

  /** 3 × 4 × 2 with the leading dimensions of A and of C. */
  private static int product(
      cublasHandle handle, CUdeviceptr at, int lda, int ldc, int a, int b, int c, int compute) {
    Pointer one = Pointer.to(new float[] {1});
    return cublasGemmEx_new(
        handle, 0, 0, 3, 4, 2, one, at, a, lda, at, b, 2, one, at, c, ldc, compute, -1);
  }

  private static int batch(cublasHandle handle, CUdeviceptr at, long stride) {
    Pointer one = Pointer.to(new float[] {1});
    return cublasGemmStridedBatchedEx_new(
        handle, 0, 0, 3, 4, 2, one, at, F32, 3, 6, at, F32, 2, 8, one, at, F32, 3, stride, 2,
        PEDANTIC, -1);
  }
}
