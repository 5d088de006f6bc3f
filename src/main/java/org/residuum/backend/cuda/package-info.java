/**
 * Internal: the CUDA backend: device buffers, cuBLAS products and the kernels of {@code cuda/},
 * NHWC.
 */
package org.residuum.backend.cuda;
