package org.residuum.backend;

import java.util.Optional;
import org.residuum.network.Network;
import org.residuum.network.Parameters;

/** A backend that trains, too. */
public interface TrainingBackend extends Backend {
  /** Why it cannot train at its precision; empty where it can. */
  default Optional<String> trainingObstacle() {
    return Optional.empty();
  }

  /**
   * Compiles for training: opens a session that owns parameters, gradients and the optimiser's
   * state.
   *
   * @param network as {@link org.residuum.plan.Gradients#of} gives it
   * @param parameters the first values, copied
   * @throws IllegalArgumentException where the network has no gradients, there is a {@link
   *     #trainingObstacle}, or as for {@link #compile}
   * @throws IllegalStateException where this backend is closed
   */
  TrainingSession train(Network network, Parameters parameters, CompileOptions options);
}
