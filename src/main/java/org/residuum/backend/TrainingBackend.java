package org.residuum.backend;

import org.residuum.network.Network;
import org.residuum.network.Parameters;

/** A backend that trains, too. */
public interface TrainingBackend extends Backend {
  /**
   * Compiles for training: opens a session that owns parameters, gradients and the optimiser's
   * state.
   *
   * @param network as {@link org.residuum.plan.Gradients#of} gives it
   * @param parameters the first values, copied
   * @throws IllegalArgumentException where the network has no gradients, or as for {@link #compile}
   * @throws IllegalStateException where this backend is closed
   */
  TrainingSession train(Network network, Parameters parameters, CompileOptions options);
}
