package org.residuum.backend.cuda.driver;

/** A point on a stream. */
public interface CudaEvent extends AutoCloseable {
  /** Returns when the device has passed it as it was last recorded. */
  void synchronize();

  /** Closing twice is harmless. */
  @Override
  void close();
}
