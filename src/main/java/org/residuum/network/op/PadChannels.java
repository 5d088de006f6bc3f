package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** Zero channels on both sides: (N, C, H, W) → (N, before + C + after, H, W). */
public record PadChannels(int before, int after) implements Op {
  public PadChannels {
    Shapes.notNegative("channels before", before);
    Shapes.notNegative("channels after", after);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = Shapes.image(inputs.get(0));
    return List.of(Shapes.with(x, 1, before + x.extent(1) + after));
  }

  @Override
  public Op.Derivative derivative() {
    return Op.Derivative.OPERATION;
  }

  @Override
  public Op backward(Shape x) {
    return new SliceChannels(before, x.extent(1));
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public String label() {
    return "pad channels " + before + " + " + after;
  }
}
