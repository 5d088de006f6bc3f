package org.residuum;

import org.residuum.backend.TrainingBackend;

/**
 * An open device and why it is this one.
 *
 * @param backend what computes there
 * @param reason why {@code auto} chose it; what it is where it was asked for by name
 */
public record Device(TrainingBackend backend, String reason) implements AutoCloseable {
  /** Gives the device back, as {@link TrainingBackend#close}. */
  @Override
  public void close() {
    backend.close();
  }

  /** For example {@code cpu (no usable GPU: no NVIDIA driver, see doctor)}. */
  @Override
  public String toString() {
    return backend.name() + " (" + reason + ")";
  }
}
