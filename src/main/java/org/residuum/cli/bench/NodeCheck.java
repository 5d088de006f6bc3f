package org.residuum.cli.bench;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.Value;
import org.residuum.network.op.Input;
import org.residuum.plan.BatchNormFolding;
import org.residuum.plan.Passes;

/**
 * Compares a backend with the reference, each node by itself: the reference gets what the backend
 * computed before the node, so that a difference is the node's own and rounding does not add up on
 * the way. Nodes are those that run, after batch norms are folded and epilogues fused.
 */
final class NodeCheck {
  private static final double FLOAT_ROUNDOFF = 0x1p-24;

  /** Of operands and of what is stored: a few units of roundoff each. */
  private static final double STORAGE_UNITS = 4;

  /** Of sums: Winograd's filtering by 4 × 4 tiles errs some ten times as much as plain sums. */
  private static final double SUM_UNITS = 32;

  /** Values that a run hands out at once. */
  private static final long GROUP_BYTES = 256L << 20;

  /**
   * A node's results beside the reference's.
   *
   * @param error the norm of the difference over the norm of the reference's results; NaN where one
   *     is not finite and the other is
   * @param allowed what rounding explains
   * @param kernels kernels of the backend, in its own words
   */
  record Finding(Node node, double error, double allowed, String kernels) {
    boolean agrees() {
      return error <= allowed;
    }

    /** For example {@code layer1.0.conv1 (conv2d, jit:avx2): off by 0.3 of its norm, ...}. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s (%s%s): off by %.1e of its norm, rounding explains %.1e",
          node.name(),
          node.op().label(),
          kernels.isEmpty() ? "" : ", " + kernels,
          error,
          allowed);
    }
  }

  private final Backend backend;
  private final Network network;
  private final Parameters parameters;
  private final int batch;

  NodeCheck(Backend backend, Network network, Parameters parameters, int batch) {
    BatchNormFolding.Folded form = Passes.inference(network, parameters);
    this.backend = backend;
    this.network = form.network();
    this.parameters = form.parameters();
    this.batch = batch;
  }

  /** How many nodes there are to compare. */
  int nodes() {
    return (int) network.nodes().stream().filter(node -> !(node.op() instanceof Input)).count();
  }

  /**
   * Compares all nodes.
   *
   * @param listener hears of each, in their order
   */
  void run(Consumer<Finding> listener) {
    try (ReferenceBackend reference = new ReferenceBackend()) {
      for (List<Node> group : groups()) {
        Map<Value, float[]> values = new HashMap<>();
        Map<String, String> kernels = compute(group, values);
        for (Node node : group) {
          listener.accept(compare(reference, node, values, kernels.getOrDefault(node.name(), "")));
        }
      }
    }
  }

  /** Nodes whose inputs and outputs together are not too large, one at least. */
  private List<List<Node>> groups() {
    List<List<Node>> groups = new ArrayList<>();
    List<Node> group = new ArrayList<>();
    long bytes = 0;
    for (Node node : network.nodes()) {
      if (node.op() instanceof Input) {
        continue;
      }
      long own = node.bytes(batch);
      if (!group.isEmpty() && bytes + own > GROUP_BYTES) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(node);
      bytes += own;
    }
    groups.add(group);
    return groups;
  }

  /**
   * What the backend computes of and for some nodes, images as (N, C, H, W).
   *
   * @return the kernels of each node
   */
  private Map<String, String> compute(List<Node> group, Map<Value, float[]> values) {
    Set<Value> wanted = new HashSet<>();
    for (Node node : group) {
      wanted.addAll(node.inputs());
      wanted.addAll(node.outputs());
    }
    Network all = withOutputs(wanted);
    try (Plan plan = backend.compile(all, parameters, CompileOptions.batch(batch));
        Session session = plan.session()) {
      RandomInputs.fill(session, plan);
      for (Value value : network.inputs()) {
        values.put(value, channelsFirst(session.input(value.name()), value, session.layout()));
      }
      Map<String, String> kernels = new LinkedHashMap<>();
      session
          .profile()
          .forEach(step -> kernels.merge(step.node(), step.kernel(), (a, b) -> a + ", " + b));
      for (Value value : wanted) {
        if (!values.containsKey(value)) {
          values.put(
              value, channelsFirst(session.output(outputOf(value)), value, session.layout()));
        }
      }
      return kernels;
    }
  }

  private static String outputOf(Value value) {
    return "value " + value.id();
  }

  /** The same network with values as outputs, and no others. */
  private Network withOutputs(Set<Value> wanted) {
    NetworkBuilder net = new NetworkBuilder(network.name());
    Map<Value, Value> copies = new HashMap<>();
    for (Node node : network.nodes()) {
      List<Value> inputs = node.inputs().stream().map(copies::get).toList();
      List<Value> made =
          net.appendAll(
              node.name(),
              node.op(),
              inputs,
              node.parameters(),
              node.outputs().stream().map(Value::type).toList());
      for (int i = 0; i < made.size(); i++) {
        copies.put(node.outputs().get(i), made.get(i));
      }
    }
    for (Node node : network.nodes()) {
      for (Value value : node.outputs()) {
        if (wanted.contains(value) && !(node.op() instanceof Input)) {
          net.output(outputOf(value), copies.get(value));
        }
      }
    }
    return net.build();
  }

  private Finding compare(
      ReferenceBackend reference, Node node, Map<Value, float[]> values, String kernels) {
    NetworkBuilder net = new NetworkBuilder(node.name());
    Map<Value, Value> inputs = new LinkedHashMap<>();
    for (Value input : node.inputs()) {
      inputs.computeIfAbsent(input, value -> net.input("input " + value.id(), value.shape()));
    }
    List<Value> made =
        net.appendAll(
            node.name(),
            node.op(),
            node.inputs().stream().map(inputs::get).toList(),
            node.parameters());
    for (int i = 0; i < made.size(); i++) {
      net.output(outputOf(node.outputs().get(i)), made.get(i));
    }
    CompileOptions options = CompileOptions.batch(batch).unoptimized();
    try (Plan plan = reference.compile(net.build(), parameters, options);
        Session session = plan.session()) {
      inputs.forEach(
          (value, copy) ->
              put(values.get(value), session.input(copy.name()), value, session.layout()));
      session.run();
      double error = 0;
      for (Value value : node.outputs()) {
        float[] expected = channelsFirst(session.output(outputOf(value)), value, session.layout());
        error = Math.max(error, error(values.get(value), expected));
      }
      return new Finding(node, error, allowed(node), kernels);
    }
  }

  /** Rounding of operands and results, and of sums of K terms, which errs by √K units. */
  private double allowed(Node node) {
    double terms = Math.max(1, (double) node.flops() / 2 / node.output().shape().elements());
    return STORAGE_UNITS * backend.precision().unitRoundoff()
        + SUM_UNITS * FLOAT_ROUNDOFF * Math.sqrt(terms);
  }

  private static double error(float[] got, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < got.length; i++) {
      if (Float.isFinite(got[i]) != Float.isFinite(expected[i])) {
        return Double.NaN;
      }
      if (Float.isFinite(got[i])) {
        difference += Math.pow((double) got[i] - expected[i], 2);
        norm += Math.pow(expected[i], 2);
      }
    }
    return difference == 0 ? 0 : Math.sqrt(difference / Math.max(norm, Float.MIN_NORMAL));
  }

  private float[] channelsFirst(FloatBuffer buffer, Value value, Session.Layout layout) {
    float[] values = new float[Math.toIntExact(value.shape().elements(batch))];
    for (int i = 0; i < values.length; i++) {
      values[i] = buffer.get(index(i, value, layout));
    }
    return values;
  }

  private static void put(float[] values, FloatBuffer into, Value value, Session.Layout layout) {
    for (int i = 0; i < values.length; i++) {
      into.put(index(i, value, layout), values[i]);
    }
  }

  /** Where a session keeps the element that is number i of (N, C, H, W). */
  private static int index(int i, Value value, Session.Layout layout) {
    if (layout == Session.Layout.NCHW || value.shape().rank() != 4) {
      return i;
    }
    int channels = value.shape().extent(1);
    int pixels = value.shape().extent(2) * value.shape().extent(3);
    int inRow = i % (channels * pixels);
    return i - inRow + inRow % pixels * channels + inRow / pixels;
  }
}
