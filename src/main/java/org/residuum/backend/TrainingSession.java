package org.residuum.backend;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.residuum.network.Parameters;

/**
 * A session that learns. Parameters, gradients and each of the optimiser's states lie in one flat
 * buffer each. A step is: fill {@code x} and {@code labels}, {@link #run}, {@link #update}; or fill
 * a slot's, then {@link #step}, which has a device do both without waiting in between. The outputs
 * are {@code loss} and those of the network.
 */
public interface TrainingSession extends Session {
  /**
   * Applies the gradients of the last run.
   *
   * @param learningRate η, at least 0
   * @param maxGradientNorm the global norm above which gradients are scaled down (Pascanu et al.
   *     2013, algorithm 1); 0 for none
   * @return the global norm of the gradients before scaling; NaN or infinite gradients leave the
   *     parameters unchanged
   * @throws IllegalArgumentException where a rate or norm is negative or NaN, or the rate infinite
   */
  double update(UpdateRule rule, double learningRate, double maxGradientNorm);

  /**
   * Begins {@link Slot#start} and, behind it, {@link #update}; one step is under way at a time.
   *
   * @param slot one of this session's
   * @return what awaits both, and gives what update does
   * @throws IllegalArgumentException as update does
   * @throws IllegalStateException where the step before is not awaited
   */
  default DoubleSupplier step(
      Slot slot, UpdateRule rule, double learningRate, double maxGradientNorm) {
    UpdateRule.requireStep(learningRate, maxGradientNorm);
    slot.start();
    return () -> {
      slot.await();
      return update(rule, learningRate, maxGradientNorm);
    };
  }

  /**
   * Multiplies the learning rate of single parameters, from the next update on. It stays so over
   * {@link #restore}.
   *
   * @param factors above 0 and finite, by trained parameter; 1 for those that are not named
   * @throws IllegalArgumentException for another factor, or where a name is of no trained parameter
   */
  void scaleRates(Map<String, Double> factors);

  /**
   * Keeps the gradients of the last run: the next update takes the mean of those of its own run and
   * of all that were kept since the update before. With batches of equal size, n runs and one
   * update learn what one of n times the size learns, but for batch norms.
   */
  void accumulate();

  /**
   * Draws a running mean of the parameters along, running statistics included: mean = decay · mean
   * + (1 - decay) · parameters, as PyTorch's {@code get_ema_avg_fn}; the first call copies them.
   *
   * @param decay 0 to below 1
   * @throws IllegalArgumentException where it is not
   */
  void follow(double decay);

  /** A copy of the parameters, running statistics included. */
  Parameters parameters();

  /** A copy of what the optimiser remembers; gradients that were accumulated are not part of it. */
  OptimizerState optimizerState();

  /**
   * Overwrites the parameters and the optimiser's state, so that the next steps are those of the
   * session that they are from.
   */
  void restore(Parameters parameters, OptimizerState state);

  /** Overwrites the parameters with these; the optimiser's state starts anew. */
  default void restore(Parameters parameters) {
    restore(parameters, OptimizerState.NONE);
  }

  /** The gradient of a parameter after a run, in PyTorch's layout, copied. */
  FloatBuffer gradient(String parameter);

  /**
   * The L2 norm of each trained parameter's gradient at the last update, before it was limited, in
   * the network's order. It reads all gradients, and on a device copies them: once an epoch.
   */
  Map<String, Double> gradientNorms();

  /**
   * What an optimiser remembers between steps.
   *
   * @param steps updates so far
   * @param first momentum or AdamW's first moments by trained parameter, in PyTorch's layout; empty
   *     before the first update and where the rule has none
   * @param second AdamW's second moments likewise
   * @param mean the running mean of {@link #follow}; empty before its first call
   */
  record OptimizerState(long steps, Parameters first, Parameters second, Parameters mean) {
    /** Before the first update. */
    public static final OptimizerState NONE =
        new OptimizerState(0, Parameters.NONE, Parameters.NONE, Parameters.NONE);

    public OptimizerState {
      if (steps < 0) {
        throw new IllegalArgumentException("an optimiser's steps cannot be " + steps);
      }
    }

    /** For an optimiser that starts anew while the running mean goes on. */
    public OptimizerState meanAlone() {
      return new OptimizerState(0, Parameters.NONE, Parameters.NONE, mean);
    }
  }
}
