package org.residuum.network.initial;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Op;
import org.residuum.network.op.Softmax;

/**
 * The dense layer at the end of a classifier, which gives a score a class; a softmax may follow it.
 *
 * @param layer the dense layer
 */
public record Head(Network network, Node layer) {
  private static final String LOGITS = "logits";

  /** A network with the weights that are kept of another. */
  public record Replaced(Network network, Parameters parameters) {}

  /** The head of a network whose output {@code logits}, or only output, a dense layer gives. */
  public static Optional<Head> of(Network network) {
    Map<String, Value> outputs = network.outputs();
    Value only = outputs.size() == 1 ? outputs.values().iterator().next() : null;
    Value scores = outputs.getOrDefault(LOGITS, only);
    Map<Value, Node> makers = new HashMap<>();
    network.nodes().forEach(node -> node.outputs().forEach(value -> makers.put(value, node)));
    Node maker = makers.get(scores);
    if (maker != null && maker.op() instanceof Softmax) {
      maker = makers.get(maker.inputs().get(0));
    }
    boolean plain =
        maker != null
            && maker.op() instanceof Dense dense
            && dense.epilogue().equals(Epilogue.NONE);
    return plain ? Optional.of(new Head(network, maker)) : Optional.empty();
  }

  /** How many classes it tells apart. */
  public int classes() {
    return ((Dense) layer.op()).outFeatures();
  }

  /** How many features it reads. */
  public int features() {
    return layer.inputs().get(0).shape().extent(1);
  }

  /** Whether a parameter is one of it. */
  public boolean has(String parameter) {
    return layer.parameters().stream().anyMatch(spec -> spec.name().equals(parameter));
  }

  /** The network up to it, with its scores as the only output, {@code logits}. */
  public Replaced kept(Parameters parameters) {
    Network cut = ending(layer.op(), layer.parameters());
    return new Replaced(cut, picked(cut, parameters, Parameters.NONE));
  }

  /**
   * The same with a fresh layer for so many classes in place of it.
   *
   * @param seed decides its weights
   */
  public Replaced fresh(Parameters parameters, int classes, long seed) {
    ParameterSpec weight = layer.parameters().get(0);
    String bias =
        layer.parameters().size() > 1
            ? layer.parameters().get(1).name()
            : layer.name() + "." + ParameterSpec.Role.BIAS.suffix();
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec(
                weight.name(), Shape.of(classes, features()), ParameterSpec.Role.WEIGHT),
            new ParameterSpec(bias, Shape.of(classes), ParameterSpec.Role.BIAS));
    Network replaced = ending(new Dense(classes, true, Epilogue.NONE), specs);
    Map<String, Tensor> fresh = new LinkedHashMap<>();
    Parameters initial = new Initializer(seed).initialize(replaced);
    specs.forEach(spec -> fresh.put(spec.name(), initial.get(spec.name())));
    return new Replaced(replaced, picked(replaced, parameters, new Parameters(fresh)));
  }

  /**
   * Sets its weights to 0, so that a training begins with outputs of 0: probabilities of a half,
   * the means of numbers (Zhang, Dauphin and Ma 2019, "Fixup initialization", section 3, do so with
   * classes).
   */
  public void clear(Parameters parameters) {
    FloatBuffer weights = parameters.get(layer.parameters().get(0).name()).data();
    for (int i = 0; i < weights.limit(); i++) {
      weights.put(i, 0);
    }
  }

  private Network ending(Op op, List<ParameterSpec> specs) {
    Network needed = network.upTo(layer.output().name());
    NetworkBuilder net = new NetworkBuilder(network.name());
    Map<Value, Value> renumbered = new HashMap<>();
    for (Node node : needed.nodes()) {
      boolean last = node.name().equals(layer.name());
      List<Value> made =
          net.appendAll(
              node.name(),
              last ? op : node.op(),
              node.inputs().stream().map(renumbered::get).toList(),
              last ? specs : node.parameters(),
              node.outputs().stream().map(Value::type).toList());
      for (int i = 0; i < made.size(); i++) {
        renumbered.put(node.outputs().get(i), made.get(i));
      }
    }
    net.output(LOGITS, renumbered.get(needed.outputs().values().iterator().next()));
    return net.build();
  }

  private static Parameters picked(Network network, Parameters all, Parameters fresh) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      Parameters from = fresh.contains(spec.name()) ? fresh : all;
      tensors.put(spec.name(), from.get(spec.name()));
    }
    return new Parameters(tensors);
  }
}
