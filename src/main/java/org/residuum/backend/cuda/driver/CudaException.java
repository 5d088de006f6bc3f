package org.residuum.backend.cuda.driver;

/** A call to CUDA or cuBLAS failed; the message names the call and CUDA's own error. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CudaException(String message) {
    super(message);
  }
}
