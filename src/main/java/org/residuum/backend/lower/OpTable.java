package org.residuum.backend.lower;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.residuum.backend.lower.Lowering.Direction;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.LossGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.op.Op;

/**
 * What a backend does for each op. Each family of ops enters its own; nowhere else does the backend
 * distinguish ops.
 *
 * @param <C> what the steps are appended to
 */
public final class OpTable<C> {
  private final String backend;
  private final Map<Class<? extends Op>, Lowering<? extends Op, C>> lowerings =
      new LinkedHashMap<>();

  /**
   * An empty table.
   *
   * @param backend its name in errors, such as {@code CPU}
   */
  public OpTable(String backend) {
    this.backend = backend;
  }

  /** Adds an op, whose rules follow. */
  public <O extends Op> Lowering<O, C> add(Class<O> op) {
    Lowering<O, C> lowering = new Lowering<>();
    if (lowerings.put(op, lowering) != null) {
      throw new IllegalStateException(backend + " backend: two homes of " + op.getSimpleName());
    }
    return lowering;
  }

  /** The ops added. */
  public Set<Class<? extends Op>> ops() {
    return lowerings.keySet();
  }

  /** Whether there is a rule for an op, which may be a gradient. */
  public boolean knows(Op op) {
    Lowering<? extends Op, C> lowering = lowerings.get(subject(op).getClass());
    return lowering != null && lowering.rule(direction(op)) != null;
  }

  /**
   * Appends the steps of a node.
   *
   * @throws IllegalArgumentException where the backend has no rule for its op
   */
  public void lower(Node node, C context) {
    if (!knows(node.op())) {
      throw new IllegalArgumentException(
          "node "
              + node.name()
              + ": the "
              + backend
              + " backend does not know "
              + node.op().label());
    }
    lower(subject(node.op()), node, context);
  }

  private <O extends Op> void lower(O op, Node node, C context) {
    lowering(op).rule(direction(node.op())).append(context, node, op);
  }

  /** The input whose bytes the node's first output takes, or null; see {@link InPlace}. */
  public Value overwritten(Node node, Predicate<Value> free) {
    return knows(node.op()) ? overwritten(subject(node.op()), node, free) : null;
  }

  private <O extends Op> Value overwritten(O op, Node node, Predicate<Value> free) {
    return lowering(op).overwritten(direction(node.op()), node, op, free);
  }

  /** The table maps each class to a lowering of that class, which Java's types cannot say. */
  @SuppressWarnings("unchecked")
  private <O extends Op> Lowering<O, C> lowering(O op) {
    return (Lowering<O, C>) lowerings.get(op.getClass());
  }

  private static Op subject(Op op) {
    if (op instanceof InputGradient gradient) {
      return gradient.forward();
    }
    if (op instanceof JointGradient gradient) {
      return gradient.forward();
    }
    if (op instanceof LossGradient gradient) {
      return gradient.forward();
    }
    return op instanceof WeightGradient gradient ? gradient.forward() : op;
  }

  private static Direction direction(Op op) {
    if (op instanceof InputGradient || op instanceof JointGradient || op instanceof LossGradient) {
      return Direction.INPUT_GRADIENT;
    }
    return op instanceof WeightGradient ? Direction.WEIGHT_GRADIENT : Direction.FORWARD;
  }
}
