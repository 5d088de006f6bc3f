package org.residuum.backend.reference;

import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.lower.Lifetime;
import org.residuum.backend.lower.TensorRun;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/** A network and its parameters as doubles. */
final class ReferencePlan implements Plan {
  private final Network network;
  private final Map<String, double[]> parameters = new LinkedHashMap<>();
  private final CompileOptions options;
  private final Lifetime lifetime;

  ReferencePlan(Network network, Parameters parameters, CompileOptions options) {
    this.network = network;
    this.options = options;
    this.lifetime = new Lifetime(network.name(), () -> {});
    for (ParameterSpec spec : network.parameters()) {
      this.parameters.put(spec.name(), doubles(parameters.get(spec.name())));
    }
  }

  static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.data().limit()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.get(i);
    }
    return values;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public int batch() {
    return options.batch();
  }

  @Override
  public Session.Layout layout() {
    return Session.Layout.NCHW;
  }

  @Override
  public long arenaBytes() {
    return network.nodes().stream()
        .flatMap(node -> node.outputs().stream())
        .mapToLong(value -> Double.BYTES * value.shape().elements(options.batch()))
        .sum();
  }

  @Override
  public Session session() {
    return lifetime.open(() -> new ReferenceSession(network, parameters, options));
  }

  @Override
  public Tensor run(Tensor x) {
    return new TensorRun(this).run(x);
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
