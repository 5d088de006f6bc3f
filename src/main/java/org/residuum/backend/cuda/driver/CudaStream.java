package org.residuum.backend.cuda.driver;

import java.nio.ByteBuffer;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/**
 * Work that the device does in order; every call but {@link #synchronize} returns at once.
 *
 * <p>What can be made any number of times is prepared once and is a Runnable, which allocates
 * nothing. It does not choose the device: the thread that runs it has {@linkplain CudaDriver#enter
 * entered} this one.
 */
public interface CudaStream extends AutoCloseable {
  /** Copies from page-locked memory, which must stay as it is until the copy is done. */
  Runnable toDevice(long to, ByteBuffer from, long bytes);

  /** Copies to page-locked memory. */
  Runnable toHost(ByteBuffer to, long from, long bytes);

  /** Copies on the device. */
  Runnable copying(long to, long from, long bytes);

  /** {@link #toDevice}, once. */
  void copyToDevice(long to, ByteBuffer from, long bytes);

  /** {@link #toHost}, once. */
  void copyToHost(ByteBuffer to, long from, long bytes);

  void fill(long address, byte value, long bytes);

  /**
   * A launch.
   *
   * @param arguments Long for addresses and 64-bit integers, Integer, Float
   */
  Runnable launch(Kernel kernel, ElementType storage, LaunchShape shape, Object... arguments);

  /** A product. */
  Runnable multiply(Gemm gemm, long a, long b, long c);

  /**
   * Records what {@code work} gives to this stream, which does none of it now. It may give
   * launches, products and copies; events, waits and allocations of its thread are errors
   * meanwhile. Other threads go on undisturbed.
   *
   * @throws CudaException where the device cannot record it; then nothing is recorded
   */
  CudaGraph capture(Runnable work);

  void record(CudaEvent event);

  /** What follows on this stream waits for the event as it was last recorded. */
  void waitFor(CudaEvent event);

  /** Returns when all that was given to this stream is done. */
  void synchronize();

  /** Closing twice is harmless. */
  @Override
  void close();
}
