package org.residuum.backend;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;

/** Runs networks on backends with values in the reference's order, (N, C, H, W). */
public final class BackendRuns {
  private BackendRuns() {}

  /** The outputs of one inference run. */
  public static Map<String, double[]> infer(
      TrainingBackend backend,
      Network network,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters,
      CompileOptions options) {
    try (Plan plan = backend.compile(network, RandomValues.tensors(network, parameters), options);
        Session session = plan.session()) {
      fill(session, network, inputs);
      session.run();
      return outputs(session, network);
    }
  }

  /**
   * The outputs of one training run, {@code gradient/<parameter>} and the running statistics after
   * it, under their names.
   */
  public static Map<String, double[]> learn(
      TrainingBackend backend,
      Network training,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters,
      CompileOptions options) {
    try (TrainingSession session =
        backend.train(training, RandomValues.tensors(training, parameters), options)) {
      fill(session, training, inputs);
      session.run();
      Map<String, double[]> results = results(session, training);
      for (ParameterSpec spec : training.parameters()) {
        if (!spec.role().isTrained()) {
          results.put(spec.name(), doubles(session.parameters().get(spec.name()).data()));
        }
      }
      return results;
    }
  }

  /** Copies the inputs into the session's buffers. */
  public static void fill(Session session, Network network, Map<String, double[]> inputs) {
    for (Value value : network.inputs()) {
      FloatBuffer buffer = session.input(value.name());
      double[] from = inputs.get(value.name());
      for (int i = 0; i < from.length; i++) {
        buffer.put(place(value.shape(), session.layout(), i), (float) from[i]);
      }
    }
  }

  /** Copies one input into its buffer. */
  public static void fill(Session session, Value value, FloatBuffer from) {
    FloatBuffer buffer = session.input(value.name());
    for (int i = 0; i < from.limit(); i++) {
      buffer.put(place(value.shape(), session.layout(), i), from.get(i));
    }
  }

  /** A copy of one output. */
  public static FloatBuffer read(Session session, String name, Value value) {
    FloatBuffer buffer = session.output(name);
    FloatBuffer copy = FloatBuffer.allocate(buffer.limit());
    for (int i = 0; i < copy.limit(); i++) {
      copy.put(i, buffer.get(place(value.shape(), session.layout(), i)));
    }
    return copy;
  }

  /** What a training session shows after a run: its outputs and its gradients. */
  public static Map<String, double[]> results(TrainingSession session, Network training) {
    Map<String, double[]> results = new LinkedHashMap<>();
    training
        .outputs()
        .forEach(
            (name, value) ->
                results.put(
                    name,
                    Gradients.isGradient(name)
                        ? doubles(session.gradient(Gradients.parameterOf(name)))
                        : output(session, name, value)));
    return results;
  }

  private static Map<String, double[]> outputs(Session session, Network network) {
    Map<String, double[]> results = new LinkedHashMap<>();
    network.outputs().forEach((name, value) -> results.put(name, output(session, name, value)));
    return results;
  }

  private static double[] output(Session session, String name, Value value) {
    FloatBuffer buffer = session.output(name);
    double[] values = new double[buffer.limit()];
    for (int i = 0; i < values.length; i++) {
      values[i] = buffer.get(place(value.shape(), session.layout(), i));
    }
    return values;
  }

  private static double[] doubles(FloatBuffer buffer) {
    double[] values = new double[buffer.limit()];
    for (int i = 0; i < values.length; i++) {
      values[i] = buffer.get(i);
    }
    return values;
  }

  /** Where the element at an index of images (N, C, H, W) lies; weights keep their order. */
  private static int place(Shape shape, Session.Layout layout, int index) {
    if (layout == Session.Layout.NCHW || shape.rank() != 4 || !shape.isBatched()) {
      return index;
    }
    int channels = shape.extent(1);
    int pixels = shape.extent(2) * shape.extent(3);
    int image = index / (channels * pixels);
    int channel = index / pixels % channels;
    return (image * pixels + index % pixels) * channels + channel;
  }
}
