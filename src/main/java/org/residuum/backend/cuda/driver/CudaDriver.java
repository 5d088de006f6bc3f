package org.residuum.backend.cuda.driver;

import java.nio.ByteBuffer;

/**
 * The calls that the backend makes to a device. An implementation names call, kernel and launch
 * size in each error.
 */
public interface CudaDriver extends AutoCloseable {
  /** Bytes of device memory. */
  record MemoryInfo(long free, long total) {}

  /**
   * Has what the calling thread gives from here on go to this device. Every call but those that are
   * prepared does so by itself.
   */
  void enter();

  /** A description of the device for messages. */
  String description();

  /** Compute capability as 10 · major + minor. */
  int architecture();

  MemoryInfo memoryInfo();

  /** Device bytes that each stream takes for itself when it is given its first product. */
  long productBytes();

  /**
   * Device memory, aligned to 256 bytes, its content undefined.
   *
   * @param label what it is for, for errors
   * @throws OutOfDeviceMemoryException saying what was asked for and what is free
   */
  long allocate(long bytes, String label);

  void free(long address);

  /**
   * Page-locked host memory in the machine's byte order.
   *
   * @param label what it is for, for errors
   * @throws OutOfDeviceMemoryException saying what was asked for and what is free
   * @throws IllegalArgumentException over 2 GiB
   */
  ByteBuffer allocateHost(long bytes, String label);

  /** The rule for {@link #allocateHost}. */
  static void requireOneBuffer(long bytes, String label) {
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          label + " takes " + bytes + " bytes, one buffer holds 2 GiB; use a smaller batch");
    }
  }

  void freeHost(ByteBuffer buffer);

  CudaStream createStream();

  CudaEvent createEvent();

  /** An event that keeps the time of the device, for {@link CudaEvent#secondsSince}. */
  CudaEvent createTimer();

  /** Closing twice is harmless. */
  @Override
  void close();
}
