package org.residuum.format.onnx;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.backend.BackendRuns;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Value;

/** Runs networks on the reference backend, or another one, in the reference's order of elements. */
final class Running {
  private Running() {}

  /** All outputs by name, for inputs (batch, ...) by name. */
  static Map<String, FloatBuffer> run(
      Network network, Parameters parameters, int batch, Map<String, FloatBuffer> inputs) {
    return run(new ReferenceBackend(), network, parameters, batch, inputs);
  }

  static Map<String, FloatBuffer> run(
      TrainingBackend backend,
      Network network,
      Parameters parameters,
      int batch,
      Map<String, FloatBuffer> inputs) {
    try (Plan plan = backend.compile(network, parameters, CompileOptions.batch(batch));
        Session session = plan.session()) {
      for (Value value : network.inputs()) {
        BackendRuns.fill(session, value, inputs.get(value.name()));
      }
      session.run();
      Map<String, FloatBuffer> outputs = new LinkedHashMap<>();
      network.outputs().forEach((name, v) -> outputs.put(name, BackendRuns.read(session, name, v)));
      return outputs;
    }
  }

  /** The one output for one input. */
  static FloatBuffer run(OnnxModel model, int batch, FloatBuffer x) {
    return run(model.network(), model.parameters(), batch, Map.of(model.inputs().get(0), x))
        .values()
        .iterator()
        .next();
  }

  /** max |a - b| over the elements of a. */
  static double distance(FloatBuffer a, FloatBuffer b) {
    double most = 0;
    for (int i = 0; i < a.limit(); i++) {
      double difference = Math.abs((double) a.get(i) - b.get(i));
      most = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(most, difference);
    }
    return most;
  }
}
