package org.residuum.backend.cuda.driver;

import java.nio.ByteBuffer;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Work that the device does in order; every call but {@link #synchronize} returns at once. */
public interface CudaStream extends AutoCloseable {
  /** Copies from page-locked memory, which must stay as it is until the copy is done. */
  void copyToDevice(long to, ByteBuffer from, long bytes);

  void copyToHost(ByteBuffer to, long from, long bytes);

  void copy(long to, long from, long bytes);

  void fill(long address, byte value, long bytes);

  /**
   * A launch that can be made any number of times.
   *
   * @param arguments Long for addresses and 64-bit integers, Integer, Float
   */
  Runnable launch(Kernel kernel, ElementType storage, LaunchShape shape, Object... arguments);

  /** A product that can be made any number of times. */
  Runnable multiply(Gemm gemm, long a, long b, long c);

  void record(CudaEvent event);

  /** What follows on this stream waits for the event as it was last recorded. */
  void waitFor(CudaEvent event);

  /** Returns when all that was given to this stream is done. */
  void synchronize();

  /** Closing twice is harmless. */
  @Override
  void close();
}
