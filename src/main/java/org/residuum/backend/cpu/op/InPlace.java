package org.residuum.backend.cpu.op;

import java.util.Set;
import java.util.function.Predicate;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Add;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Op;
import org.residuum.network.op.Reshape;
import org.residuum.plan.MemoryPlan;

/** Which results oneDNN may write over an operand that nobody needs any more. */
public final class InPlace implements MemoryPlan.Sharing {
  private final Set<Value> outside;

  /**
   * @param outside values that are kept outside the arena, take over nothing and are not taken over
   */
  public InPlace(Set<Value> outside) {
    this.outside = outside;
  }

  @Override
  public Value source(Node node, Predicate<Value> diesHere) {
    Op op = node.op();
    if (outside.contains(node.output())) {
      return null;
    }
    if (op instanceof Reshape) {
      Value x = node.inputs().get(0);
      return Moves.keepsPlace(x.shape(), node.output().shape()) ? x : null;
    }
    if (op instanceof Conv2d || op instanceof Dense) {
      return node.inputs().size() == 2 ? takenResidual(node, 1, diesHere) : null;
    }
    if (op instanceof InputGradient gradient && gradient.residual()) {
      return takenResidual(node, gradient.indexOfDy() + 1, diesHere);
    }
    boolean pointwise =
        op instanceof Activate
            || op instanceof Add
            || op instanceof InputGradient gradient && gradient.forward() instanceof Activate;
    if (!pointwise) {
      return null;
    }
    return taken(node.inputs().get(op instanceof InputGradient ? 1 : 0), diesHere);
  }

  /** A residual that is another input too is still read while the result is written. */
  private Value takenResidual(Node node, int index, Predicate<Value> diesHere) {
    Value residual = node.inputs().get(index);
    return node.inputs().indexOf(residual) == index ? taken(residual, diesHere) : null;
  }

  private Value taken(Value operand, Predicate<Value> diesHere) {
    return !outside.contains(operand) && diesHere.test(operand) ? operand : null;
  }
}
