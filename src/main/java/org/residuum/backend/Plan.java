package org.residuum.backend;

import org.residuum.network.Network;
import org.residuum.network.Tensor;

/**
 * A network compiled for one batch size: kernels chosen, weights packed, buffers placed. Immutable
 * and shared between threads.
 */
public interface Plan extends AutoCloseable {
  /** The network as it runs, after the passes. */
  Network network();

  /** Examples a run. */
  int batch();

  /** The order in which sessions take and give images. */
  Session.Layout layout();

  /** Bytes that each session has for its values. */
  long arenaBytes();

  /**
   * A new session; each serves one thread at a time.
   *
   * @throws IllegalStateException where this plan is closed
   */
  Session session();

  /**
   * Runs the network's one input through a session of its own and gives the first output; for
   * single calls, where a session kept open would be faster.
   *
   * @param x of any number of rows, images as (N, C, H, W)
   * @return as many rows, images as (N, C, H, W)
   */
  Tensor run(Tensor x);

  /**
   * Opens no session any more, and frees its resources once its sessions are closed too; closing
   * twice is harmless.
   */
  @Override
  void close();
}
