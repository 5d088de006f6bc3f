package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** The mean of each channel: (N, C, H, W) → (N, C, 1, 1). */
public record GlobalAveragePool() implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = Shapes.image(inputs.get(0));
    return List.of(Shape.of(x.extent(0), x.extent(1), 1, 1));
  }

  @Override
  public Op.Derivative derivative() {
    return Op.Derivative.FROM_DY;
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public String label() {
    return "global average pool";
  }
}
