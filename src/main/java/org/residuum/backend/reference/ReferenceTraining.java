package org.residuum.backend.reference;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.lower.ParameterStore;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.plan.Gradients;

/** Forward and backward in doubles; parameters are rounded to floats between the steps. */
final class ReferenceTraining extends ReferenceSession implements TrainingSession {
  private final Network network;
  private final Map<String, double[]> parameters;
  private final ParameterStore store;

  ReferenceTraining(Network network, Parameters initial, CompileOptions options) {
    this(
        network,
        new ParameterStore(network, initial, FloatBuffer::allocate),
        new LinkedHashMap<>(),
        options);
  }

  private ReferenceTraining(
      Network network,
      ParameterStore store,
      Map<String, double[]> parameters,
      CompileOptions options) {
    super(network, parameters, options);
    this.network = network;
    this.store = store;
    this.parameters = parameters;
    load();
  }

  private void load() {
    for (ParameterSpec spec : network.parameters()) {
      FloatBuffer from = store.values(spec.name());
      double[] to = parameters.computeIfAbsent(spec.name(), name -> new double[from.limit()]);
      for (int i = 0; i < to.length; i++) {
        to[i] = from.get(i);
      }
    }
  }

  @Override
  void evaluate() {
    super.evaluate();
    for (ParameterSpec spec : network.parameters()) {
      String gradient = Gradients.outputName(spec.name());
      if (network.outputs().containsKey(gradient)) {
        store.gradient(spec.name()).put(0, output(gradient), 0, spec.shape().elements());
      } else {
        copy(parameters.get(spec.name()), store.values(spec.name()));
      }
    }
  }

  @Override
  public double update(UpdateRule rule, double learningRate, double maxGradientNorm) {
    UpdateRule.requireStep(learningRate, maxGradientNorm);
    return guard()
        .call(
            () -> {
              double norm = store.update(rule, learningRate, maxGradientNorm);
              load();
              return norm;
            });
  }

  @Override
  public void scaleRates(Map<String, Double> factors) {
    guard().run(() -> store.scaleRates(factors));
  }

  @Override
  public void accumulate() {
    guard().run(store::accumulate);
  }

  @Override
  public void follow(double decay) {
    UpdateRule.requireDecay(decay);
    guard().run(() -> store.follow(decay));
  }

  @Override
  public Parameters parameters() {
    return guard().call(store::snapshot);
  }

  @Override
  public TrainingSession.OptimizerState optimizerState() {
    return guard().call(store::state);
  }

  @Override
  public void restore(Parameters newParameters, TrainingSession.OptimizerState state) {
    guard()
        .run(
            () -> {
              store.restore(newParameters, state);
              load();
            });
  }

  @Override
  public FloatBuffer gradient(String parameter) {
    return guard().call(() -> store.gradientCopy(parameter));
  }

  @Override
  public Map<String, Double> gradientNorms() {
    return guard().call(store::gradientNorms);
  }
}
