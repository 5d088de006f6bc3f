package org.residuum.backend.cuda.driver;

import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasGemmEx_new;
import static jcuda.jcublas.JCublas2.cublasSetStream;

import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.driver.CUfunction;
import jcuda.driver.CUstream;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.runtime.cudaStream_t;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Calls as JCuda's samples make them: arguments in Java arrays, the context set before each. */
final class ArrayCalls implements AutoCloseable {
  private final JCudaDriver driver;
  private final CUstream stream = new CUstream();
  private final cublasHandle blas = new cublasHandle();

  ArrayCalls(JCudaDriver driver) {
    this.driver = driver;
    driver.enter();
    JCudaDriver.check(
        jcuda.driver.JCudaDriver.cuStreamCreate(stream, 1), "cuStreamCreate", () -> "");
    CudaCalls.checkBlas(cublasCreate(blas), "cublasCreate", () -> "");
    CudaCalls.checkBlas(
        cublasSetStream(blas, new cudaStream_t(stream)), "cublasSetStream", () -> "");
  }

  Runnable launch(Kernel kernel, Object... arguments) {
    CUfunction function = driver.function(kernel, ElementType.F32);
    Pointer[] pointers = new Pointer[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      pointers[i] = pointer(arguments[i]);
    }
    Pointer parameters = Pointer.to(pointers);
    return () -> {
      driver.enter();
      JCudaDriver.check(
          cuLaunchKernel(function, 1, 1, 1, 256, 1, 1, 0, stream, parameters, null),
          "cuLaunchKernel",
          () -> kernel.name());
    };
  }

  private static Pointer pointer(Object argument) {
    if (argument instanceof Long value) {
      return Pointer.to(new long[] {value});
    }
    return argument instanceof Integer value
        ? Pointer.to(new int[] {value})
        : Pointer.to(new float[] {(Float) argument});
  }

  /** C = A · B of fp32 squares. */
  Runnable multiply(int n, long a, long b, long c) {
    Pointer left = new DeviceAddress(b);
    Pointer right = new DeviceAddress(a);
    Pointer result = new DeviceAddress(c);
    Pointer one = Pointer.to(new float[] {1});
    Pointer zero = Pointer.to(new float[] {0});
    int op = cublasOperation.CUBLAS_OP_N;
    int type = cudaDataType.CUDA_R_32F;
    return () -> {
      driver.enter();
      int answer =
          cublasGemmEx_new(
              blas,
              op,
              op,
              n,
              n,
              n,
              one,
              left,
              type,
              n,
              right,
              type,
              n,
              zero,
              result,
              type,
              n,
              cublasComputeType.CUBLAS_COMPUTE_32F,
              cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
      CudaCalls.checkBlas(answer, "cublasGemmEx", () -> "of " + n);
    };
  }

  void synchronize() {
    JCudaDriver.check(
        jcuda.driver.JCudaDriver.cuStreamSynchronize(stream), "cuStreamSynchronize", () -> "");
  }

  @Override
  public void close() {
    cublasDestroy(blas);
    jcuda.driver.JCudaDriver.cuStreamDestroy(stream);
  }
}
