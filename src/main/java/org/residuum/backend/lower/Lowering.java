package org.residuum.backend.lower;

import java.util.function.Predicate;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Op;

/**
 * What a backend does for one op: its steps forward and backward, and which operand its result may
 * overwrite.
 *
 * @param <O> the op
 * @param <C> what the steps are appended to
 */
public final class Lowering<O extends Op, C> {
  /** Appends the steps of a node. */
  @FunctionalInterface
  public interface Rule<O, C> {
    /**
     * Appends them.
     *
     * @param op the node's op; of a gradient the op that it is the gradient of
     */
    void append(C context, Node node, O op);
  }

  private Rule<? super O, ? super C> forward;
  private Rule<? super O, ? super C> inputGradient;
  private Rule<? super O, ? super C> weightGradient;
  private InPlace<? super O> inPlace = InPlace.never();
  private InPlace<? super O> inputGradientInPlace = InPlace.never();

  Lowering() {}

  public Lowering<O, C> forward(Rule<? super O, ? super C> rule) {
    forward = rule;
    return this;
  }

  /**
   * The rule for a node whose op is the input gradient of this one, its joint gradient, which gives
   * those of its parameters, too, or the gradient of this loss.
   */
  public Lowering<O, C> inputGradient(Rule<? super O, ? super C> rule) {
    inputGradient = rule;
    return this;
  }

  /** The rule for a node whose op is the weight gradient of this one. */
  public Lowering<O, C> weightGradient(Rule<? super O, ? super C> rule) {
    weightGradient = rule;
    return this;
  }

  /** Which operand the forward result overwrites; none unless given. */
  public Lowering<O, C> inPlace(InPlace<? super O> rule) {
    inPlace = rule;
    return this;
  }

  /** Which operand the input gradient overwrites; none unless given. */
  public Lowering<O, C> inputGradientInPlace(InPlace<? super O> rule) {
    inputGradientInPlace = rule;
    return this;
  }

  Rule<? super O, ? super C> rule(Direction direction) {
    return switch (direction) {
      case FORWARD -> forward;
      case INPUT_GRADIENT -> inputGradient;
      case WEIGHT_GRADIENT -> weightGradient;
    };
  }

  Value overwritten(Direction direction, Node node, O op, Predicate<Value> free) {
    return switch (direction) {
      case FORWARD -> inPlace.overwritten(node, op, free);
      case INPUT_GRADIENT -> inputGradientInPlace.overwritten(node, op, free);
      case WEIGHT_GRADIENT -> null;
    };
  }

  /** Which of an op's computations a node is. */
  enum Direction {
    FORWARD,
    INPUT_GRADIENT,
    WEIGHT_GRADIENT
  }
}
