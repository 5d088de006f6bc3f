package org.residuum.backend.cuda;

/** A point on a stream. */
interface CudaEvent extends AutoCloseable {
  /** Returns when the device has passed it as it was last recorded. */
  void synchronize();

  /** Closing twice is harmless. */
  @Override
  void close();
}
