package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.OptimizerState;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.onednn.NativeMemory;
import org.residuum.backend.cpu.onednn.Workers;
import org.residuum.backend.lower.ParameterStore;
import org.residuum.network.Network;
import org.residuum.network.Parameters;

/** A session with its own plan, parameters and gradients. */
final class CpuTraining extends CpuSession implements TrainingSession {
  private final CpuPlan plan;
  private final ParameterStore store;

  private CpuTraining(CpuPlan plan, ParameterStore store, Runnable whenClosed) {
    super(plan, store, whenClosed);
    this.plan = plan;
    this.store = store;
  }

  static CpuTraining open(
      Network network, Parameters initial, CompileOptions options, Workers workers) {
    CpuPlan plan = CpuPlan.forTraining(network, initial, options, workers);
    List<NativeMemory> memory = new ArrayList<>();
    Runnable release =
        () -> {
          plan.close();
          memory.forEach(NativeMemory::close);
        };
    try {
      ParameterStore store =
          new ParameterStore(
              network.parameters(), initial, floats -> NativeMemory.floats(floats, memory));
      return new CpuTraining(plan, store, release);
    } catch (RuntimeException | Error e) {
      release.run();
      throw e;
    }
  }

  @Override
  public double update(UpdateRule rule, double learningRate, double maxGradientNorm) {
    UpdateRule.requireStep(learningRate, maxGradientNorm);
    return guard().call(() -> store.update(rule, learningRate, maxGradientNorm));
  }

  @Override
  public Parameters parameters() {
    return guard().call(store::snapshot);
  }

  @Override
  public OptimizerState optimizerState() {
    return guard().call(store::state);
  }

  @Override
  public void restore(Parameters parameters, OptimizerState state) {
    guard().run(() -> store.restore(parameters, state));
  }

  @Override
  public FloatBuffer gradient(String parameter) {
    return guard().call(() -> store.gradientCopy(parameter));
  }

  @Override
  public String toString() {
    return plan.toString();
  }
}
