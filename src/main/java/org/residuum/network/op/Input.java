package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** A value that the caller supplies. */
public record Input(Shape shape) implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 0);
    return List.of(shape);
  }

  @Override
  public String label() {
    return "input";
  }
}
