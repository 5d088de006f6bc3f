package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import java.util.Map;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.network.Parameters;

/** The parameters of a training, their gradients and the optimiser's state. */
public interface Learner {
  /** As {@link TrainingSession#update}. */
  double update(UpdateRule rule, double learningRate, double maxGradientNorm);

  /** As {@link TrainingSession#scaleRates}. */
  void scaleRates(Map<String, Double> factors);

  /** As {@link TrainingSession#accumulate}. */
  void accumulate();

  /** As {@link TrainingSession#follow}, with a decay that is checked. */
  void follow(double decay);

  /** A copy of all parameters. */
  Parameters snapshot();

  /** A copy of what the optimiser remembers. */
  TrainingSession.OptimizerState state();

  /**
   * Overwrites all parameters and the optimiser's state.
   *
   * @throws IllegalArgumentException where one is missing or has another shape; then nothing was
   *     overwritten
   */
  void restore(Parameters parameters, TrainingSession.OptimizerState state);

  /** A copy of the gradient of a trained parameter, in PyTorch's layout. */
  FloatBuffer gradientCopy(String name);

  /** As {@link TrainingSession#gradientNorms}. */
  Map<String, Double> gradientNorms();
}
