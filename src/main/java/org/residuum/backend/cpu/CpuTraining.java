package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import org.residuum.backend.OptimizerState;
import org.residuum.backend.ParameterStore;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.network.Network;
import org.residuum.network.Parameters;

/** A session with its own plan, parameters and gradients. */
final class CpuTraining extends CpuSession implements TrainingSession {
  private final CpuPlan plan;
  private final ParameterStore store;

  CpuTraining(Network network, Parameters initial, int batch, Workers workers) {
    this(
        CpuPlan.forTraining(network, batch, workers),
        new ParameterStore(network.parameters(), initial));
  }

  private CpuTraining(CpuPlan plan, ParameterStore store) {
    super(plan, store, plan::close);
    this.plan = plan;
    this.store = store;
  }

  @Override
  public double update(UpdateRule rule, double learningRate, double maxGradientNorm) {
    return store.update(rule, learningRate, maxGradientNorm);
  }

  @Override
  public Parameters parameters() {
    return store.snapshot();
  }

  @Override
  public OptimizerState optimizerState() {
    return store.state();
  }

  @Override
  public void restore(Parameters parameters, OptimizerState state) {
    store.restore(parameters, state);
  }

  @Override
  public FloatBuffer gradient(String parameter) {
    FloatBuffer gradient = store.gradient(parameter);
    return FloatBuffer.allocate(gradient.limit()).put(0, gradient, 0, gradient.limit());
  }

  @Override
  public String toString() {
    return plan.toString();
  }
}
