package org.residuum.network.initial;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Add;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;

/**
 * Finds the residual branches of a network by its form, whoever built it. Of the two operands of an
 * addition, the branch F is the one with more layers between it and what both come from; the other
 * is its shortcut.
 */
final class ResidualBranches {
  /**
   * The branch of one addition.
   *
   * @param closing its last scales: weights of layers, or gammas of batch norms
   * @param rectified whether a ReLU stands between them and the addition
   * @param layers convolutions and dense layers from its start to its end
   * @param inner the weights of the other layers, those apart whose scale a batch norm undoes
   */
  record Branch(
      List<ParameterSpec> closing, boolean rectified, int layers, List<ParameterSpec> inner) {
    /** Whether a batch norm closes it, which fixes its variance. */
    boolean isNormalised() {
      return closing.stream().allMatch(spec -> spec.role() == ParameterSpec.Role.GAMMA);
    }
  }

  private final Map<Value, Node> makers = new HashMap<>();
  private final Map<Value, List<Node>> readers = new HashMap<>();

  private ResidualBranches(Network network) {
    for (Node node : network.nodes()) {
      node.outputs().forEach(output -> makers.put(output, node));
      node.inputs()
          .forEach(input -> readers.computeIfAbsent(input, key -> new ArrayList<>()).add(node));
    }
  }

  /** The branches in the order of their additions. */
  static List<Branch> of(Network network) {
    ResidualBranches search = new ResidualBranches(network);
    List<Branch> branches = new ArrayList<>();
    for (Node node : network.nodes()) {
      if (node.op() instanceof Add) {
        search.branch(node.inputs().get(0), node.inputs().get(1)).ifPresent(branches::add);
      }
    }
    return branches;
  }

  private Optional<Branch> branch(Value first, Value second) {
    Ancestry ancestry = new Ancestry(makers, first, second);
    int firstLayers = ancestry.layers(Ancestry.FIRST);
    int secondLayers = ancestry.layers(Ancestry.SECOND);
    if (firstLayers == secondLayers) {
      return Optional.empty();
    }
    boolean isFirst = firstLayers > secondLayers;
    Map<Value, Node> own = ancestry.own(isFirst ? Ancestry.FIRST : Ancestry.SECOND);
    End end = new End(own);
    if (!end.follow(isFirst ? first : second)) {
      return Optional.empty();
    }
    List<ParameterSpec> inner =
        own.values().stream()
            .filter(node -> isLayer(node) && !isNormalised(node))
            .map(node -> node.parameters().get(0))
            .filter(weight -> !end.closing.contains(weight))
            .toList();
    int layers = Math.max(firstLayers, secondLayers);
    return Optional.of(new Branch(end.closing, end.rectified, layers, inner));
  }

  private boolean isNormalised(Node layer) {
    List<Node> next = readers.getOrDefault(layer.output(), List.of());
    return !next.isEmpty() && next.stream().allMatch(node -> node.op().normalizes());
  }

  static boolean isLayer(Node node) {
    return node.op() instanceof Conv2d || node.op() instanceof Dense;
  }

  /** The last scales of a branch, found from its end. */
  private static final class End {
    private final Map<Value, Node> own;
    private final List<ParameterSpec> closing = new ArrayList<>();
    private boolean rectified;

    End(Map<Value, Node> own) {
      this.own = own;
    }

    /** Whether zeros in what was found make the value zero, rectified or not. */
    boolean follow(Value value) {
      Node node = own.get(value);
      if (node == null) {
        return false;
      }
      if (isLayer(node) || node.op().normalizes()) {
        return closing.add(node.parameters().get(0));
      }
      if (node.op() instanceof Activate activate) {
        rectified |= activate.activation().derivative(0) == 0;
        return activate.activation().apply(0) == 0 && follow(node.inputs().get(0));
      }
      if (node.op() instanceof Add || node.op() instanceof Concat) {
        return node.inputs().stream().allMatch(this::follow);
      }
      return node.op().isLinear() && follow(node.inputs().get(0));
    }
  }
}
