package org.residuum.backend.cuda;

/** The CUDA backend on the interpreter, for tests of other packages. */
public final class EmulatedBackend {
  private EmulatedBackend() {}

  /** A backend whose {@code toString} of the driver counts what ran. */
  public static CudaBackend open(Mode mode) {
    return new CudaBackend(new EmulatedDriver(), mode);
  }
}
