package org.residuum.backend.cuda.driver;

import java.lang.management.ManagementFactory;

/** The device, or the host on its behalf, lacks the memory that was requested. */
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long bytes;
  private final boolean isHosts;

  private OutOfDeviceMemoryException(long bytes, boolean isHosts, String message, Throwable cause) {
    super(message, cause);
    this.bytes = bytes;
    this.isHosts = isHosts;
  }

  /** Device memory was requested. */
  public static OutOfDeviceMemoryException of(
      long bytes, String label, CudaDriver.MemoryInfo info) {
    String text =
        String.format(
            "allocate %d bytes for %s: %d of %d are free", bytes, label, info.free(), info.total());
    return new OutOfDeviceMemoryException(bytes, false, text, null);
  }

  /** Page-locked host memory was requested. */
  public static OutOfDeviceMemoryException ofHost(long bytes, String label) {
    boolean known =
        ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean;
    String text = "page-lock " + bytes + " bytes for " + label;
    String free = known ? ": " + freeHostBytes() + " of the host's are free" : "";
    return new OutOfDeviceMemoryException(bytes, true, text + free, null);
  }

  private static long freeHostBytes() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getFreeMemorySize();
  }

  /** The size of the request. */
  public long bytes() {
    return bytes;
  }

  /** Whether it is host memory that is short. */
  public boolean isHosts() {
    return isHosts;
  }

  /** The same error with a remedy. */
  public OutOfDeviceMemoryException with(String remedy) {
    return new OutOfDeviceMemoryException(bytes, isHosts, getMessage() + "; " + remedy, this);
  }
}
