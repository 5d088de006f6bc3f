package org.residuum.backend.cuda;

/** The device has not the memory that was asked for. */
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutOfDeviceMemoryException(String message) {
    super(message);
  }

  private OutOfDeviceMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same with what helps. */
  OutOfDeviceMemoryException with(String remedy) {
    return new OutOfDeviceMemoryException(getMessage() + "; " + remedy, this);
  }
}
