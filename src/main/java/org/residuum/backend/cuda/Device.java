package org.residuum.backend.cuda;

/**
 * A driver and how plans use it.
 *
 * @param chunkBytes room for the columns of a convolution; what fits into the L2 cache is read from
 *     there
 */
record Device(CudaDriver driver, Mode mode, long chunkBytes) {
  /** Less than half of the L2 cache of an A100 (40 MB) or H100 (50 MB). */
  static final long CHUNK_BYTES = 16L << 20;
}
