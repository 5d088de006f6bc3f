package org.residuum.backend.cuda.op;

import java.util.List;
import java.util.function.Predicate;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Op;
import org.residuum.network.op.Reshape;
import org.residuum.plan.MemoryPlan;

/** Which results may be written over an operand that nobody needs any more. */
public final class InPlace implements MemoryPlan.Sharing {
  @Override
  public Value source(Node node, Predicate<Value> diesHere) {
    List<Value> inputs = node.inputs();
    Op op = node.op();
    if (op instanceof Reshape) {
      Value x = inputs.get(0);
      return Moves.keepsPlace(x.shape(), node.output().shape()) ? x : null;
    }
    if (op instanceof Conv2d || op instanceof Dense) {
      boolean apart = inputs.size() == 2 && !inputs.get(1).equals(inputs.get(0));
      return apart && diesHere.test(inputs.get(1)) ? inputs.get(1) : null;
    }
    if (op instanceof Activate
        || op instanceof Add
        || op instanceof Multiply
        || op instanceof BatchNorm norm && !norm.training()) {
      return diesHere.test(inputs.get(0)) ? inputs.get(0) : null;
    }
    boolean activation = op instanceof InputGradient g && g.forward() instanceof Activate;
    if (activation || op instanceof JointGradient) {
      Value dy = inputs.get(inputs.size() - 1);
      return diesHere.test(dy) ? dy : null;
    }
    return null;
  }
}
