package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** y = activation(a + b) of two equal shapes. */
public record Add(Activation activation) implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 2);
    Shapes.requireEqual(inputs.get(0), inputs.get(1));
    return List.of(inputs.get(0));
  }

  @Override
  public Op.Derivative derivative() {
    return Op.Derivative.DY;
  }

  @Override
  public boolean isFused() {
    return !activation.isNone();
  }

  @Override
  public String label() {
    return "add" + (activation.isNone() ? "" : ", " + activation);
  }
}
