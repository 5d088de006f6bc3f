package org.residuum.backend;

import org.residuum.network.Parameters;

/**
 * What an optimiser remembers between steps.
 *
 * @param steps updates so far
 * @param first momentum or AdamW's first moments by trained parameter, in PyTorch's layout; empty
 *     before the first update and where the rule has none
 * @param second AdamW's second moments likewise
 */
public record OptimizerState(long steps, Parameters first, Parameters second) {
  /** Before the first update. */
  public static final OptimizerState NONE = new OptimizerState(0, Parameters.NONE, Parameters.NONE);

  public OptimizerState {
    if (steps < 0) {
      throw new IllegalArgumentException("an optimiser's steps cannot be " + steps);
    }
  }
}
