package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaException;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.network.ElementType;

/**
 * A product of ones and a sum of its squares when a GPU is opened. It loads the kernels and cuBLAS,
 * so a GPU that lacks the memory for them, or the cuBLAS for its driver, fails here; what they take
 * is no longer free when plans are made.
 */
final class FirstProduct {
  private static final int SIDE = 8;
  private static final int N = SIDE * SIDE;
  private static final float SUM = (float) N * SIDE * SIDE;
  private static final String LABEL = "a first product";

  private FirstProduct() {}

  /**
   * Runs it.
   *
   * @throws CudaException where a call fails or the result is wrong
   * @throws org.residuum.backend.cuda.driver.OutOfDeviceMemoryException where memory is short
   */
  static void run(CudaDriver driver, Precision precision) {
    try (Resources resources = new Resources()) {
      CudaStream stream = driver.createStream();
      resources.add(stream::close);
      ByteBuffer host = resources.allocateHost(driver, 4L * N, LABEL);
      for (int i = 0; i < N; i++) {
        host.putFloat(4 * i, 1);
      }
      long ones = resources.allocate(driver, 4L * N, LABEL);
      long cast = resources.allocate(driver, 4L * N, LABEL);
      long product = resources.allocate(driver, 4L * N, LABEL);
      long sum = resources.allocate(driver, OptimizerKernels.partialBytes(N), LABEL);
      resources.add(stream::synchronize);
      stream.copyToDevice(ones, host, 4L * N);
      ElementType storage = precision.storage();
      boolean casts = storage != ElementType.F32;
      if (casts) {
        Casts.fromF32(stream, ones, cast, N).run();
      }
      long operands = casts ? cast : ones;
      Gemm.Matrix in = Gemm.matrix(SIDE, storage, 0);
      Gemm.Matrix out = Gemm.matrix(SIDE, ElementType.F32, 0);
      Gemm gemm = Gemm.of(precision, Gemm.size(SIDE, SIDE, SIDE), in, in, out);
      stream.multiply(gemm, operands, operands, product).run();
      OptimizerKernels.squareSums(stream, product, sum, N).run();
      stream.copyToHost(host, sum, 4);
      stream.synchronize();
      if (host.getFloat(0) != SUM) {
        throw new CudaException(
            "a product of ones, "
                + gemm
                + ", has squares of sum "
                + host.getFloat(0)
                + ", not "
                + SUM);
      }
    }
  }
}
