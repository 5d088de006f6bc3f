package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** A run of channels: (N, C, H, W) → (N, count, H, W). */
public record SliceChannels(int from, int count) implements Op {
  public SliceChannels {
    Shapes.notNegative("first channel", from);
    Shapes.positive("channels", count);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = Shapes.image(inputs.get(0));
    if (from + count > x.extent(1)) {
      throw new IllegalArgumentException(
          "channels "
              + from
              + ".."
              + (from + count - 1)
              + " are not all among the "
              + x.extent(1)
              + " of "
              + x);
    }
    return List.of(Shapes.with(x, 1, count));
  }

  @Override
  public Op.Derivative derivative() {
    return Op.Derivative.OPERATION;
  }

  @Override
  public Op backward(Shape x) {
    return new PadChannels(from, x.extent(1) - from - count);
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public String label() {
    return "channels " + from + ".." + (from + count - 1);
  }
}
