package org.residuum.backend.reference;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.lower.Guard;
import org.residuum.backend.lower.HostInputs;
import org.residuum.backend.lower.OnlySlot;
import org.residuum.network.Network;
import org.residuum.network.Value;

/** Evaluates the network anew on each run; floats for the caller, doubles inside. */
class ReferenceSession implements Session {
  private final Network network;
  private final Map<String, double[]> parameters;
  private final CompileOptions options;
  private final HostInputs inputs;
  private final Map<String, FloatBuffer> outputs = new HashMap<>();
  private Map<Value, double[]> values = Map.of();
  private final Guard guard;

  ReferenceSession(Network network, Map<String, double[]> parameters, CompileOptions options) {
    this.network = network;
    this.parameters = parameters;
    this.options = options;
    this.guard = Guard.refusing("this session of " + network.name(), () -> {});
    this.inputs = new HostInputs(network, options, layout(), this::buffer);
    network.outputs().forEach((name, value) -> outputs.put(name, buffer(value)));
  }

  private FloatBuffer buffer(Value value) {
    return FloatBuffer.allocate(Math.toIntExact(value.shape().elements(options.batch())));
  }

  @Override
  public final int batch() {
    return options.batch();
  }

  @Override
  public final Session.Layout layout() {
    return Session.Layout.NCHW;
  }

  @Override
  public final FloatBuffer input(String name) {
    guard.requireOpen();
    return inputs.input(name);
  }

  @Override
  public final Slot.Pictures pictures(String name) {
    guard.requireOpen();
    return inputs.pictures(name);
  }

  @Override
  public final Feed feed(String input) {
    return options.feed(network.input(input).name());
  }

  @Override
  public final FloatBuffer output(String name) {
    guard.requireOpen();
    network.output(name);
    return outputs.get(name);
  }

  final Guard guard() {
    return guard;
  }

  @Override
  public final List<Slot> slots() {
    return List.of(new OnlySlot(this));
  }

  @Override
  public final void run() {
    guard.run(this::evaluate);
  }

  void evaluate() {
    Map<String, double[]> given = new HashMap<>();
    inputs.normalize();
    inputs.floats().forEach((name, buffer) -> given.put(name, doubles(buffer)));
    values = Evaluator.evaluate(network, given, parameters, options.batch());
    outputs.forEach((name, buffer) -> copy(values.get(network.output(name)), buffer));
  }

  private static double[] doubles(FloatBuffer buffer) {
    double[] values = new double[buffer.limit()];
    for (int i = 0; i < values.length; i++) {
      values[i] = buffer.get(i);
    }
    return values;
  }

  static void copy(double[] from, FloatBuffer to) {
    for (int i = 0; i < from.length; i++) {
      to.put(i, (float) from[i]);
    }
  }

  @Override
  public final void close() {
    guard.close();
  }
}
