package org.residuum.backend.cuda.driver;

/** A point on a stream. */
public interface CudaEvent extends AutoCloseable {
  /** Returns when the device has passed it as it was last recorded. */
  void synchronize();

  /**
   * The device's time from an earlier event to this one, both as they were last recorded. The
   * device must have passed them.
   *
   * @throws IllegalStateException where one of them keeps no time or was not passed yet
   */
  double secondsSince(CudaEvent earlier);

  /** Closing twice is harmless. */
  @Override
  void close();
}
