package org.residuum.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Op;

/**
 * Moves residual additions and activations into the operation that makes their operand, so that a
 * sum is written once: {@code conv2d → add → relu} becomes one {@code conv2d + residual, relu}. An
 * activation also moves into a batch norm or into an addition. Values that something else reads
 * stay.
 */
public final class EpilogueFusion {
  /**
   * A producer and what follows it; emitted where the last of them stood, when all its operands
   * exist.
   */
  private record Group(Node producer, Node add, Node activate) {
    Node last() {
      return activate != null ? activate : add != null ? add : producer;
    }
  }

  private final Network network;
  private final Map<Value, List<Node>> readers = new HashMap<>();
  private final Map<Node, Node> addOf = new HashMap<>();
  private final Set<Node> absorbed = new HashSet<>();
  private final Map<Node, Group> groupAt = new HashMap<>();

  private EpilogueFusion(Network network) {
    this.network = network;
    for (Node node : network.nodes()) {
      node.inputs()
          .forEach(value -> readers.computeIfAbsent(value, v -> new ArrayList<>()).add(node));
    }
  }

  /** The fused network. */
  public static Network apply(Network network) {
    EpilogueFusion pass = new EpilogueFusion(network);
    List<Node> nodes = network.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      pass.absorbAdd(nodes.get(i));
    }
    nodes.forEach(pass::absorbActivation);
    return pass.emit();
  }

  /** If both inputs of an addition are products, the later one absorbs it: it writes last. */
  private void absorbAdd(Node producer) {
    if (!isPlainProduct(producer.op())) {
      return;
    }
    Node add = soleReader(producer.output());
    boolean free = add != null && add.op() instanceof Add sum && sum.activation().isNone();
    if (free && !add.inputs().get(0).equals(add.inputs().get(1)) && absorbed.add(add)) {
      addOf.put(producer, add);
    }
  }

  private void absorbActivation(Node producer) {
    if (absorbed.contains(producer) || !takesActivation(producer.op())) {
      return;
    }
    Node add = addOf.get(producer);
    Node next = soleReader((add == null ? producer : add).output());
    Node activate = next != null && next.op() instanceof Activate ? next : null;
    if (add != null || activate != null) {
      Group group = new Group(producer, add, activate);
      absorbed.add(producer);
      absorbed.add(group.last());
      groupAt.put(group.last(), group);
    }
  }

  private Network emit() {
    Rewriter out = new Rewriter(network);
    for (Node node : network.nodes()) {
      Group group = groupAt.get(node);
      if (group != null) {
        out.append(group.producer(), fuse(group), inputs(group), node.output());
      } else if (!absorbed.contains(node)) {
        out.copy(node);
      }
    }
    return out.build();
  }

  private static List<Value> inputs(Group group) {
    List<Value> inputs = new ArrayList<>(group.producer().inputs());
    if (group.add() != null) {
      List<Value> operands = group.add().inputs();
      boolean first = operands.get(0).equals(group.producer().output());
      inputs.add(operands.get(first ? 1 : 0));
    }
    return inputs;
  }

  private static Op fuse(Group group) {
    Activation activation =
        group.activate() == null
            ? Activation.NONE
            : ((Activate) group.activate().op()).activation();
    Op op = group.producer().op();
    if (op instanceof Conv2d conv) {
      return conv.with(epilogue(conv.epilogue(), group, activation));
    }
    if (op instanceof Dense dense) {
      return dense.with(epilogue(dense.epilogue(), group, activation));
    }
    return op instanceof BatchNorm norm ? norm.with(activation) : new Add(activation);
  }

  private static Epilogue epilogue(Epilogue before, Group group, Activation activation) {
    Epilogue after = group.add() == null ? before : before.withResidual();
    return after.with(activation);
  }

  /** The one node that reads the value, unless the caller reads it too. */
  private Node soleReader(Value value) {
    List<Node> all = readers.getOrDefault(value, List.of());
    return all.size() == 1 && !network.outputs().containsValue(value) ? all.get(0) : null;
  }

  private static boolean isPlainProduct(Op op) {
    return op instanceof Conv2d conv
        ? conv.epilogue().equals(Epilogue.NONE)
        : op instanceof Dense dense && dense.epilogue().equals(Epilogue.NONE);
  }

  private static boolean takesActivation(Op op) {
    if (op instanceof Conv2d conv) {
      return conv.epilogue().activation().isNone();
    }
    if (op instanceof Dense dense) {
      return dense.epilogue().activation().isNone();
    }
    return op instanceof BatchNorm norm
        ? norm.activation().isNone()
        : op instanceof Add add && add.activation().isNone();
  }
}
