package org.residuum.serve;

import java.util.concurrent.locks.ReentrantLock;
import org.residuum.backend.Plan;

/** A device on which a service compiles and runs. */
public interface Plans extends AutoCloseable {
  /** The device's name, for logs and events. */
  String device();

  /**
   * Compiles for a batch size; called once for each that is needed.
   *
   * @throws IllegalStateException where there is no such head
   */
  Plan compile(Head head, int batch);

  /** Held while a batch runs: whoever else computes on this device takes turns. */
  ReentrantLock computing();

  /** Frees what it has compiled. */
  @Override
  void close();
}
