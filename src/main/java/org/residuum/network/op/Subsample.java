package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** Every {@code stride}-th pixel, from the first: (N, C, H, W) → (N, C, ⌈H/stride⌉, ⌈W/stride⌉). */
public record Subsample(int stride) implements Op {
  public Subsample {
    Shapes.positive("stride", stride);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = Shapes.image(inputs.get(0));
    int height = (x.extent(2) + stride - 1) / stride;
    int width = (x.extent(3) + stride - 1) / stride;
    return List.of(Shape.of(x.extent(0), x.extent(1), height, width));
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
    return "subsample stride " + stride;
  }
}
