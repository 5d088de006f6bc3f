package org.residuum.backend.cuda.driver;

import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasGemmEx_new;
import static jcuda.jcublas.JCublas2.cublasGemmStridedBatchedEx_new;
import static jcuda.jcublas.JCublas2.cublasSetMathMode;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSetWorkspace;

import java.util.function.Supplier;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.driver.CUstream;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.runtime.cudaStream_t;
import org.residuum.backend.Precision;
import org.residuum.network.ElementType;

/**
 * cuBLAS on one stream, with a workspace of its own, so that it allocates nothing and results are
 * the same bits from run to run.
 */
final class JCudaProducts implements AutoCloseable {
  /** What cuBLAS's documentation recommends for Hopper, and for the rest. */
  private static final long HOPPER_WORKSPACE = 32L << 20;

  private static final long WORKSPACE = 4L << 20;

  private final JCudaDriver driver;
  private final cublasHandle handle = new cublasHandle();
  private final long workspace;
  private final Pointer one;
  private final Pointer zero;

  JCudaProducts(JCudaDriver driver, CUstream stream, ArgumentMemory memory) {
    this.driver = driver;
    this.one = memory.value(1f);
    this.zero = memory.value(0f);
    driver.enter();
    long bytes = workspaceBytes(driver.architecture());
    this.workspace = driver.allocate(bytes, "cuBLAS's workspace");
    Resources onFailure = new Resources();
    onFailure.add(() -> driver.free(workspace));
    try {
      check(cublasCreate(handle), "cublasCreate", driver.description());
      onFailure.add(() -> check(cublasDestroy(handle), "cublasDestroy", ""));
      setUp(stream, bytes);
    } catch (RuntimeException e) {
      onFailure.closeAfter(e);
      throw e;
    }
  }

  /** The workspace last: a stream set takes it away. */
  private void setUp(CUstream stream, long bytes) {
    check(cublasSetStream(handle, new cudaStream_t(stream)), "cublasSetStream", "");
    check(
        cublasSetWorkspace(handle, new DeviceAddress(workspace), bytes),
        "cublasSetWorkspace",
        bytes + " bytes");
    check(
        cublasSetMathMode(
            handle,
            cublasMath.CUBLAS_DEFAULT_MATH
                | cublasMath.CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION),
        "cublasSetMathMode",
        "no reduced-precision reduction");
  }

  static long workspaceBytes(int architecture) {
    return architecture >= 90 ? HOPPER_WORKSPACE : WORKSPACE;
  }

  private static void check(int answer, String call, String detail) {
    CudaCalls.checkBlas(answer, call, () -> detail);
  }

  Runnable prepare(Gemm gemm, long a, long b, long c) {
    Pointer left = new DeviceAddress(b);
    Pointer right = new DeviceAddress(a);
    Pointer result = new DeviceAddress(c);
    boolean alone = gemm.count() == 1;
    String call = alone ? "cublasGemmEx" : "cublasGemmStridedBatchedEx";
    Supplier<String> detail = gemm::toString;
    return () -> {
      int answer = alone ? single(gemm, left, right, result) : batched(gemm, left, right, result);
      CudaCalls.checkBlas(answer, call, detail);
    };
  }

  /** cuBLAS takes columns first: Cᵀ = op(B)ᵀ · op(A)ᵀ. */
  private int single(Gemm gemm, Pointer left, Pointer right, Pointer result) {
    int operands = type(gemm.a().storage());
    return cublasGemmEx_new(
        handle,
        operation(gemm.b().transposed()),
        operation(gemm.a().transposed()),
        gemm.size().n(),
        gemm.size().m(),
        gemm.size().k(),
        one,
        left,
        operands,
        gemm.b().rowStride(),
        right,
        operands,
        gemm.a().rowStride(),
        gemm.beta() == 1 ? one : zero,
        result,
        type(gemm.c().storage()),
        gemm.c().rowStride(),
        compute(gemm.precision()),
        cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
  }

  private int batched(Gemm gemm, Pointer left, Pointer right, Pointer result) {
    int operands = type(gemm.a().storage());
    return cublasGemmStridedBatchedEx_new(
        handle,
        operation(gemm.b().transposed()),
        operation(gemm.a().transposed()),
        gemm.size().n(),
        gemm.size().m(),
        gemm.size().k(),
        one,
        left,
        operands,
        gemm.b().rowStride(),
        gemm.b().stride(),
        right,
        operands,
        gemm.a().rowStride(),
        gemm.a().stride(),
        gemm.beta() == 1 ? one : zero,
        result,
        type(gemm.c().storage()),
        gemm.c().rowStride(),
        gemm.c().stride(),
        gemm.count(),
        compute(gemm.precision()),
        cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
  }

  private static int operation(boolean transpose) {
    return transpose ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
  }

  private static int type(ElementType storage) {
    return storage == ElementType.F32 ? cudaDataType.CUDA_R_32F : cudaDataType.CUDA_R_16BF;
  }

  private static int compute(Precision precision) {
    return switch (precision) {
      case FP32 -> cublasComputeType.CUBLAS_COMPUTE_32F_PEDANTIC;
      case TF32 -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32;
      case BF16 -> cublasComputeType.CUBLAS_COMPUTE_32F;
    };
  }

  @Override
  public void close() {
    check(cublasDestroy(handle), "cublasDestroy", "");
    driver.free(workspace);
  }
}
