package org.residuum.train;

import org.residuum.backend.TrainingSession;
import org.residuum.network.Parameters;

/**
 * A training between two epochs: all that decides how it goes on. With the same data, options and
 * backend it ends with bitwise the weights of a training that was never interrupted.
 *
 * @param epoch epochs that are done
 * @param parameters the weights after them, not averaged
 * @param average the mean of the weights after those epochs that are averaged; empty before the
 *     first of them
 */
public record Checkpoint(
    int epoch,
    Parameters parameters,
    TrainingSession.OptimizerState optimizer,
    Parameters average) {
  /** Before the first epoch. */
  public static Checkpoint start(Parameters initial) {
    return new Checkpoint(0, initial, TrainingSession.OptimizerState.NONE, Parameters.NONE);
  }
}
