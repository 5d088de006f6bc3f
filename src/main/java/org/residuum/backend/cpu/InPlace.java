package org.residuum.backend.cpu;

import java.util.Set;
import java.util.function.Predicate;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Add;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.InputGradient;
import org.residuum.network.op.Op;
import org.residuum.network.op.Reshape;
import org.residuum.plan.MemoryPlan;

/** Which results oneDNN may write over an operand that nobody needs any more. */
final class InPlace implements MemoryPlan.Sharing {
  private final Set<Value> outside;

  /**
   * @param outside values that are kept outside the arena, take over nothing and are not taken over
   */
  InPlace(Set<Value> outside) {
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
      boolean residual = node.inputs().size() == 2;
      boolean apart = residual && !node.inputs().get(1).equals(node.inputs().get(0));
      return apart ? taken(node.inputs().get(1), diesHere) : null;
    }
    if (op instanceof InputGradient gradient && gradient.residual()) {
      Value residual = node.inputs().get(gradient.indexOfDy() + 1);
      boolean apart = node.inputs().indexOf(residual) > gradient.indexOfDy();
      return apart ? taken(residual, diesHere) : null;
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

  private Value taken(Value operand, Predicate<Value> diesHere) {
    return !outside.contains(operand) && diesHere.test(operand) ? operand : null;
  }
}
