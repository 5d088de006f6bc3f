package org.residuum.backend.cuda.driver;

/** What a stream was given once, to be given to it again as a whole. */
public interface CudaGraph extends AutoCloseable {
  /** Queues it on the stream that it was recorded from. */
  void launch();

  /** Kernels, products and copies in it, as the device counts them. */
  long nodes();

  /** Closing twice is harmless, and so is closing while it runs. */
  @Override
  void close();
}
