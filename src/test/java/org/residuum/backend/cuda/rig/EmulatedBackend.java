package org.residuum.backend.cuda.rig;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import org.residuum.backend.Precision;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.Device;
import org.residuum.backend.cuda.cases.mutation.KernelMutation;
import org.residuum.network.ElementType;

/** The CUDA backend on the interpreter, for tests of other packages. */
public final class EmulatedBackend {
  private EmulatedBackend() {}

  public static CudaBackend open(Precision precision) {
    return new CudaBackend(new EmulatedDriver(), precision);
  }

  /** A backend whose streams work in a random order that its events allow. */
  public static CudaBackend inRandomOrder(Precision precision, long seed) {
    return new CudaBackend(new EmulatedDriver().with(Schedule.random(seed)), precision);
  }

  /** A backend one of whose kernels is wrong. */
  public static CudaBackend withWrongKernel() {
    KernelMutation wrong =
        new KernelMutation(
            kernel("relu_backward"),
            ElementType.F32,
            "passes lane 0's gradient where the output is zero",
            "setp\\.gt\\.f32",
            0,
            "setp.le.f32");
    return new CudaBackend(new EmulatedDriver().with(wrong), Precision.FP32);
  }

  /** A backend that cuts convolutions into chunks of so many bytes of columns. */
  public static CudaBackend open(Precision precision, long chunkBytes) {
    return new CudaBackend(new Device(new EmulatedDriver(), precision, chunkBytes));
  }
}
