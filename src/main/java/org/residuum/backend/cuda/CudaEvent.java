package org.residuum.backend.cuda;

/** A point on a stream. */
interface CudaEvent extends AutoCloseable {
  /** Closing twice is harmless. */
  @Override
  void close();
}
