package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/**
 * y = a · b, element by element, where b has a's shape or is (N, C, 1, 1) and scales whole channels
 * of a (squeeze and excitation, Hu et al. 2018).
 */
public record Multiply() implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 2);
    Shape a = inputs.get(0);
    Shape b = inputs.get(1);
    if (!a.equals(b) && !b.equals(channelScale(a))) {
      throw new IllegalArgumentException(
          "needs equal shapes or a second input (N, C, 1, 1), not " + a + " and " + b);
    }
    return List.of(a);
  }

  private static Shape channelScale(Shape a) {
    return a.rank() == 4 ? Shape.of(a.extent(0), a.extent(1), 1, 1) : a;
  }

  @Override
  public Op.Derivative derivative() {
    return Op.Derivative.FROM_OTHER;
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public String label() {
    return "multiply";
  }
}
