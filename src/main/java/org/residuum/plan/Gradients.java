package org.residuum.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.LossGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.loss.Loss;
import org.residuum.network.loss.SoftmaxCrossEntropy;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Op;

/**
 * Turns a network into one that learns: batch norms use the batch's statistics, a loss follows the
 * logits, mostly a softmax cross-entropy, and the backward nodes are appended to the same list,
 * last layer first (reverse-mode differentiation).
 *
 * <p>The result has one more input, {@code labels} (N), class indices kept as floats, or {@code
 * targets} (N, C), whichever the loss reads, and as outputs {@code loss} (1), those of the network,
 * and {@code gradient/<parameter>} for each trained parameter.
 *
 * <p>Frozen parameters have no gradient, and nothing is computed behind the deepest trained one. A
 * batch norm whose scale and shift are frozen normalises by its running statistics, as in
 * inference, and leaves them as they are.
 */
public final class Gradients {
  /** The input that holds the class indices. */
  public static final String LABELS = "labels";

  /** The input that holds what each output should be, where the loss reads that. */
  public static final String TARGETS = "targets";

  /** The output that holds the mean loss of the batch. */
  public static final String LOSS = "loss";

  private static final String PREFIX = "gradient/";

  private final NetworkBuilder net;
  private final Predicate<String> frozen;
  private final List<Node> forward = new ArrayList<>();
  private final Map<Value, Value> twin = new HashMap<>();
  private final Set<Value> learned = new HashSet<>();
  private final Map<Value, Value> gradients = new HashMap<>();
  private final Map<String, Value> parameterGradients = new LinkedHashMap<>();
  private int sums;

  private Gradients(String name, Predicate<String> frozen) {
    this.net = new NetworkBuilder(name);
    this.frozen = frozen;
  }

  /** The name of the output that holds a parameter's gradient. */
  public static String outputName(String parameter) {
    return PREFIX + parameter;
  }

  /** The input that holds what a loss reads beside the outputs (N, C) of a network. */
  public static String targetsOf(Network training) {
    return training.inputs().stream().anyMatch(value -> value.name().equals(TARGETS))
        ? TARGETS
        : LABELS;
  }

  /** Whether an output of that name is a parameter's gradient. */
  public static boolean isGradient(String output) {
    return output.startsWith(PREFIX);
  }

  /** The parameter whose gradient an output holds. */
  public static String parameterOf(String output) {
    return output.substring(PREFIX.length());
  }

  /** Whether the network is one that this pass made. */
  public static boolean isTraining(Network network) {
    return network.outputs().keySet().stream().anyMatch(Gradients::isGradient);
  }

  /**
   * The training form of a network.
   *
   * @param network unfused, with an output {@code logits} (N, classes)
   * @throws IllegalArgumentException where an operation has no gradient here
   */
  public static Network of(Network network, float labelSmoothing) {
    return of(network, labelSmoothing, name -> false);
  }

  /**
   * The training form of a network of which some parameters stay as they are.
   *
   * @param network unfused, with an output {@code logits} (N, classes)
   * @param frozen says of a parameter's name whether it stays
   * @throws IllegalArgumentException where an operation that gradients pass has none here, or where
   *     nothing is left to train
   */
  public static Network of(Network network, float labelSmoothing, Predicate<String> frozen) {
    return of(network, new SoftmaxCrossEntropy(labelSmoothing), frozen);
  }

  /** The training form of a network for a loss. */
  public static Network of(Network network, Loss op) {
    return of(network, op, name -> false);
  }

  /**
   * The training form of a network for a loss.
   *
   * @param network unfused, with an output {@code logits} (N, C)
   * @param frozen says of a parameter's name whether it stays
   * @throws IllegalArgumentException as above
   */
  public static Network of(Network network, Loss op, Predicate<String> frozen) {
    Gradients pass = new Gradients(network.name() + " (training)", frozen);
    network.nodes().forEach(pass::copyForward);
    Value logits = pass.twin.get(network.output("logits"));
    Shape read = op.targets(logits.shape());
    Value targets = pass.net.input(read.rank() == 1 ? LABELS : TARGETS, read);
    List<Value> compared = List.of(logits, targets);
    Value loss = pass.net.append(LOSS, op, compared, List.of());
    Value dlogits = pass.net.append("logits.dx", new LossGradient(op), compared, List.of());
    pass.gradients.put(logits, dlogits);
    pass.walkBack();
    if (pass.parameterGradients.isEmpty()) {
      throw new IllegalArgumentException(
          network.name() + ": nothing is left to train, all of its parameters are frozen");
    }
    pass.net.output(LOSS, loss);
    network.outputs().forEach((name, value) -> pass.net.output(name, pass.twin.get(value)));
    network.parameters().stream()
        .filter(spec -> pass.parameterGradients.containsKey(spec.name()))
        .forEach(
            spec ->
                pass.net.output(outputName(spec.name()), pass.parameterGradients.get(spec.name())));
    return pass.net.build();
  }

  private void copyForward(Node node) {
    Op op = isFrozenNorm(node) ? node.op() : node.op().forTraining();
    List<Value> inputs = node.inputs().stream().map(twin::get).toList();
    List<Value> made = net.appendAll(node.name(), op, inputs, node.parameters());
    forward.add(new Node(node.name(), op, inputs, node.parameters(), made));
    twin.put(node.output(), made.get(0));
    if (learns(node) || inputs.stream().anyMatch(learned::contains)) {
      learned.add(made.get(0));
    }
  }

  private boolean isFrozenNorm(Node node) {
    return node.op() instanceof BatchNorm && !learns(node);
  }

  private boolean learns(Node node) {
    return node.parameters().stream().anyMatch(this::learns);
  }

  private boolean learns(ParameterSpec spec) {
    return spec.role().isTrained() && !frozen.test(spec.name());
  }

  private void walkBack() {
    for (int i = forward.size() - 1; i >= 0; i--) {
      Node node = forward.get(i);
      Value dy = gradients.get(node.output());
      if (dy != null && learned.contains(node.output())) {
        differentiate(node, dy);
      }
    }
  }

  private void differentiate(Node node, Value dy) {
    Op op = node.op();
    if (op.isFused()) {
      throw refusal(node, "is fused; take gradients before fusing");
    }
    Value x = node.inputs().get(0);
    switch (op.derivative()) {
      case DY -> node.inputs().forEach(input -> accumulate(input, dy));
      case OPERATION -> input(node, op.backward(x.shape()), List.of(dy), List.of());
      case FROM_DY -> input(node, List.of(dy));
      case FROM_INPUT -> input(node, List.of(x, dy));
      case FROM_OUTPUT -> input(node, List.of(node.output(), dy));
      case FROM_OTHER -> others(node, dy);
      case PRODUCT -> product(node, dy);
      case JOINT -> joint(node, dy);
      default -> throw refusal(node, "has no gradient here; such networks run in inference only");
    }
  }

  private void input(Node node, List<Value> inputs) {
    InputGradient backward = new InputGradient(node.op(), node.inputs().get(0).shape());
    input(node, backward, inputs, backward.readsAll() ? node.parameters() : List.of());
  }

  private void input(Node node, Op backward, List<Value> inputs, List<ParameterSpec> parameters) {
    accumulate(node, 0, () -> net.append(node.name() + ".dx", backward, inputs, parameters));
  }

  private void product(Node node, Value dy) {
    Value x = node.inputs().get(0);
    if (learns(node)) {
      Op backward = new WeightGradient(node.op());
      List<Value> made = net.appendAll(node.name() + ".dw", backward, List.of(x, dy), List.of());
      for (int i = 0; i < made.size(); i++) {
        accumulate(node.parameters().get(i), made.get(i));
      }
    }
    List<ParameterSpec> weight = node.parameters().subList(0, 1);
    input(node, new InputGradient(node.op(), x.shape()), List.of(dy), weight);
  }

  private void joint(Node node, Value dy) {
    Value x = node.inputs().get(0);
    List<Value> inputs = new ArrayList<>(List.of(x));
    inputs.addAll(node.outputs().subList(1, node.outputs().size()));
    inputs.add(dy);
    JointGradient backward = new JointGradient(node.op());
    List<ParameterSpec> first = node.parameters().subList(0, 1);
    Iterator<Value> made = net.appendAll(node.name() + ".dx", backward, inputs, first).iterator();
    Value dx = made.next();
    node.parameters().stream()
        .filter(spec -> spec.role().isTrained())
        .forEach(spec -> accumulate(spec, made.next()));
    accumulate(x, dx);
  }

  private void others(Node node, Value dy) {
    Value a = node.inputs().get(0);
    Value b = node.inputs().get(1);
    if (!a.shape().equals(b.shape())) {
      throw refusal(
          node,
          "has no gradient here for inputs of different shapes, "
              + a.shape()
              + " and "
              + b.shape()
              + "; such networks run in inference only");
    }
    InputGradient backward = new InputGradient(node.op(), a.shape());
    accumulate(node, 0, () -> net.append(node.name() + ".da", backward, List.of(b, dy), List.of()));
    accumulate(node, 1, () -> net.append(node.name() + ".db", backward, List.of(a, dy), List.of()));
  }

  private void accumulate(Node node, int input, Supplier<Value> gradient) {
    Value x = node.inputs().get(input);
    if (learned.contains(x)) {
      accumulate(x, gradient.get());
    }
  }

  private void accumulate(Value value, Value gradient) {
    if (learned.contains(value)) {
      gradients.merge(value, gradient, (a, b) -> sum(value.name() + ".dsum", a, b));
    }
  }

  private void accumulate(ParameterSpec spec, Value gradient) {
    if (learns(spec)) {
      parameterGradients.merge(spec.name(), gradient, (a, b) -> sum(spec.name() + ".dsum", a, b));
    }
  }

  private Value sum(String name, Value a, Value b) {
    sums++;
    return net.append(name + sums, new Add(Activation.NONE), List.of(a, b), List.of());
  }

  private static IllegalArgumentException refusal(Node node, String reason) {
    return new IllegalArgumentException(
        "node " + node.name() + " (" + node.op().label() + ") " + reason);
  }
}
