package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/**
 * The same elements in the same logical order under another shape; flattening is the common case.
 */
public record Reshape(Shape shape) implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = inputs.get(0);
    if (x.isBatched() != shape.isBatched() || x.elements() != shape.elements()) {
      throw new IllegalArgumentException(
          "cannot give " + x + " the shape " + shape + ": the number of elements differs");
    }
    return List.of(shape);
  }

  @Override
  public Op.Derivative derivative() {
    return Op.Derivative.OPERATION;
  }

  @Override
  public Op backward(Shape x) {
    return new Reshape(x);
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public String label() {
    return shape.rank() == 2 ? "flatten" : "reshape";
  }
}
