package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** y = activation(x), element by element. */
public record Activate(Activation activation) implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    return inputs;
  }

  @Override
  public Op.Derivative derivative() {
    return activation.derivesFromInput() ? Op.Derivative.FROM_INPUT : Op.Derivative.FROM_OUTPUT;
  }

  @Override
  public String label() {
    return activation.isNone() ? "identity" : activation.toString();
  }
}
