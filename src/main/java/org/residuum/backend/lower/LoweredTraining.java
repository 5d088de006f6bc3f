package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import java.util.Map;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.network.Parameters;

/** What a training session adds to a session: guarded calls of its {@link Learner}. */
public interface LoweredTraining extends TrainingSession {
  Guard guard();

  Learner learner();

  @Override
  default double update(UpdateRule rule, double learningRate, double maxGradientNorm) {
    UpdateRule.requireStep(learningRate, maxGradientNorm);
    guard().enter();
    try {
      return learner().update(rule, learningRate, maxGradientNorm);
    } finally {
      guard().exit();
    }
  }

  @Override
  default void scaleRates(Map<String, Double> factors) {
    guard().run(() -> learner().scaleRates(factors));
  }

  @Override
  default void accumulate() {
    guard().run(() -> learner().accumulate());
  }

  @Override
  default void follow(double decay) {
    UpdateRule.requireDecay(decay);
    guard().run(() -> learner().follow(decay));
  }

  @Override
  default Parameters parameters() {
    return guard().call(() -> learner().snapshot());
  }

  @Override
  default TrainingSession.OptimizerState optimizerState() {
    return guard().call(() -> learner().state());
  }

  @Override
  default void restore(Parameters parameters, TrainingSession.OptimizerState state) {
    guard().run(() -> learner().restore(parameters, state));
  }

  @Override
  default FloatBuffer gradient(String parameter) {
    return guard().call(() -> learner().gradientCopy(parameter));
  }

  @Override
  default Map<String, Double> gradientNorms() {
    return guard().call(() -> learner().gradientNorms());
  }
}
