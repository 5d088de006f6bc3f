package org.residuum.network.op;

import java.util.List;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;

/**
 * y = x where it is positive, slope · x elsewhere, with a learned slope (He et al. 2015b, section
 * 2.1), over (N, C, H, W) or (N, C). Parameter: the slopes, {@code (C)} or {@code (1)}.
 *
 * @param perChannel whether each channel has a slope of its own
 */
public record PRelu(boolean perChannel) implements Op {
  /** PyTorch's first slope. */
  private static final float INITIAL = 0.25f;

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shapes.channels(inputs.get(0));
    return inputs;
  }

  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    return List.of(Shape.of(perChannel ? inputs.get(0).extent(1) : 1));
  }

  @Override
  public List<ParameterSpec.Role> roles() {
    return List.of(ParameterSpec.Role.GAMMA);
  }

  @Override
  public float initial(ParameterSpec.Role role) {
    return INITIAL;
  }

  @Override
  public Op.Derivative derivative() {
    return Op.Derivative.JOINT;
  }

  @Override
  public String label() {
    return "prelu" + (perChannel ? " by channel" : "");
  }
}
