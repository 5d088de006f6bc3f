package org.residuum.network.gradient;

import java.util.List;
import org.residuum.network.Shape;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Op;

/**
 * dw, and db where there is a bias, of a {@link Conv2d} or {@link Dense}: inputs x and dy, summed
 * over the batch.
 *
 * @param forward without epilogue
 */
public record WeightGradient(Op forward) implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Inputs.requireCount(inputs, 2);
    List<Shape> x = inputs.subList(0, 1);
    Inputs.requireEqual(forward.outputs(x).get(0), inputs.get(1));
    return forward.parameters(x);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return forward.flops(inputs.subList(0, 1));
  }

  @Override
  public boolean mixesExamples() {
    return true;
  }

  @Override
  public String label() {
    return "weight gradient of " + forward.label();
  }
}
