package org.residuum.network.initial;

import java.nio.FloatBuffer;
import java.util.ArrayList;
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
import org.residuum.network.op.Activate;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Op;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.Window;

/**
 * The layer at the end of a classifier, which gives a score a class: a dense layer, or a 1×1
 * convolution whose scores are averaged over the picture (Iandola et al. 2016, "SqueezeNet"). A
 * softmax may follow it.
 *
 * @param layer that layer
 * @param behind what is between it and the scores: nothing, or average, flattening, activation
 */
public record Head(Network network, Node layer, List<Node> behind) {
  private static final String LOGITS = "logits";
  private static final Window.Axis ONE = new Window.Axis(1, 1, 0, 0, 1);

  /** A network with the weights that are kept of another. */
  public record Replaced(Network network, Parameters parameters) {}

  /** The head of a network whose output {@code logits}, or only output, such a layer gives. */
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
    List<Node> behind = new ArrayList<>();
    while (maker != null && isBehind(maker.op())) {
      behind.add(0, maker);
      maker = makers.get(maker.inputs().get(0));
    }
    return maker != null && isHead(maker.op(), behind)
        ? Optional.of(new Head(network, maker, List.copyOf(behind)))
        : Optional.empty();
  }

  private static boolean isBehind(Op op) {
    return op instanceof GlobalAveragePool
        || op instanceof Activate
        || (op instanceof Reshape reshape && reshape.shape().rank() == 2);
  }

  private static boolean isHead(Op op, List<Node> behind) {
    if (op instanceof Dense dense) {
      return behind.isEmpty() && dense.epilogue().equals(Epilogue.NONE);
    }
    return op instanceof Conv2d conv
        && conv.window().equals(new Window(ONE, ONE))
        && conv.groups() == 1
        && conv.epilogue().equals(Epilogue.NONE)
        && !behind.isEmpty()
        && behind.get(behind.size() - 1).output().shape().rank() == 2
        && behind.get(behind.size() - 1).output().shape().extent(1) == conv.outChannels();
  }

  /** How many classes it tells apart. */
  public int classes() {
    return layer.parameters().get(0).shape().extent(0);
  }

  /** How many features it reads. */
  public int features() {
    return layer.parameters().get(0).shape().extent(1);
  }

  private boolean isConvolution() {
    return layer.op() instanceof Conv2d;
  }

  /** Whether a parameter is one of it. */
  public boolean has(String parameter) {
    return layer.parameters().stream().anyMatch(spec -> spec.name().equals(parameter));
  }

  /** The network up to it, with its scores as the only output, {@code logits}. */
  public Replaced kept(Parameters parameters) {
    Network cut = ending(layer.op(), layer.parameters(), true);
    return new Replaced(cut, picked(cut, parameters, Parameters.NONE));
  }

  /**
   * The same with a fresh layer for so many classes in place of it. Its weights have variance 2 /
   * {@link #features}.
   *
   * @param activated whether an activation behind it stays, which leaves scores of one sign; other
   *     outputs than those of classes may have either
   * @param seed decides its weights
   */
  public Replaced fresh(Parameters parameters, int classes, boolean activated, long seed) {
    ParameterSpec weight = layer.parameters().get(0);
    String bias =
        layer.parameters().size() > 1
            ? layer.parameters().get(1).name()
            : layer.name() + "." + ParameterSpec.Role.BIAS.suffix();
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec(
                weight.name(),
                isConvolution()
                    ? Shape.of(classes, features(), 1, 1)
                    : Shape.of(classes, features()),
                ParameterSpec.Role.WEIGHT),
            new ParameterSpec(bias, Shape.of(classes), ParameterSpec.Role.BIAS));
    Op op =
        isConvolution()
            ? new Conv2d(classes, new Window(ONE, ONE), 1, true, Epilogue.NONE)
            : new Dense(classes, true, Epilogue.NONE);
    Network replaced = ending(op, specs, activated);
    Map<String, Tensor> fresh = new LinkedHashMap<>();
    Parameters initial = new Initializer(seed).initialize(replaced);
    if (isConvolution()) { // That of others is 2 / fan-out, here the number of classes.
      scale(initial.get(weight.name()).data(), Math.sqrt(classes / (double) features()));
    }
    specs.forEach(spec -> fresh.put(spec.name(), initial.get(spec.name())));
    return new Replaced(replaced, picked(replaced, parameters, new Parameters(fresh)));
  }

  /**
   * Sets its weights to 0, so that a training begins with outputs of 0: probabilities of a half,
   * the means of numbers (Zhang, Dauphin and Ma 2019, "Fixup initialization", section 3, do so with
   * classes).
   */
  public void clear(Parameters parameters) {
    scale(parameters.get(layer.parameters().get(0).name()).data(), 0);
  }

  private static void scale(FloatBuffer weights, double factor) {
    for (int i = 0; i < weights.limit(); i++) {
      weights.put(i, (float) (factor * weights.get(i)));
    }
  }

  private Network ending(Op op, List<ParameterSpec> specs, boolean activated) {
    Node end = behind.isEmpty() ? layer : behind.get(behind.size() - 1);
    Network needed = network.upTo(end.output().name());
    NetworkBuilder net = new NetworkBuilder(network.name());
    Map<Value, Value> renumbered = new HashMap<>();
    for (Node node : needed.nodes()) {
      boolean last = node.name().equals(layer.name());
      boolean follows = behind.stream().anyMatch(one -> one.name().equals(node.name()));
      List<Value> read = node.inputs().stream().map(renumbered::get).toList();
      if (follows && !activated && node.op() instanceof Activate) {
        renumbered.put(node.output(), read.get(0));
        continue;
      }
      List<Value> made =
          net.appendAll(
              node.name(),
              last ? op : follows ? of(node.op(), read.get(0).shape()) : node.op(),
              read,
              last ? specs : node.parameters(),
              node.outputs().stream().map(Value::type).toList());
      for (int i = 0; i < made.size(); i++) {
        renumbered.put(node.outputs().get(i), made.get(i));
      }
    }
    net.output(LOGITS, renumbered.get(needed.outputs().values().iterator().next()));
    return net.build();
  }

  /** What follows the layer, for so many scores. */
  private static Op of(Op op, Shape scores) {
    if (!(op instanceof Reshape)) {
      return op;
    }
    int rows = scores.isBatched() ? 1 : scores.extent(0);
    int classes = scores.elements() / rows;
    return new Reshape(scores.isBatched() ? Shape.batch(classes) : Shape.of(rows, classes));
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
