package org.residuum.serve;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.residuum.backend.Plan;

/** A device on which a service compiles and runs. */
public interface Plans extends AutoCloseable {
  /** The device's name, for logs and events. */
  String device();

  /**
   * Compiles for several batch sizes; called once for each head that is needed.
   *
   * @return a plan a size, in the order of the sizes
   */
  List<Plan> compile(Head head, List<Integer> batches);

  /** Held while a batch runs: whoever else computes on this device takes turns. */
  ReentrantLock computing();

  /** Frees what it has compiled. */
  @Override
  void close();
}
