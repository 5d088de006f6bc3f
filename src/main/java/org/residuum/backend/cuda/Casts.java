package org.residuum.backend.cuda;

import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.Storage;

/** Casts between fp32 and bf16 on the device. */
final class Casts {
  private Casts() {}

  static Runnable fromF32(CudaStream stream, long from, long to, long n) {
    return cast(stream, Kernel.CAST_FROM_F32, from, to, n);
  }

  static Runnable toF32(CudaStream stream, long from, long to, long n) {
    return cast(stream, Kernel.CAST_TO_F32, from, to, n);
  }

  private static Runnable cast(CudaStream stream, Kernel kernel, long from, long to, long n) {
    return stream.launch(kernel, Storage.BF16, kernel.grid().shape(n, 1), from, to, n);
  }
}
