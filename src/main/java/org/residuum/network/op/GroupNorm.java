package org.residuum.network.op;

import java.util.List;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;

/**
 * Group normalisation of (N, C, H, W) or (N, C) (Wu and He 2018): y = gamma (x - mean) / sqrt(var +
 * epsilon) + beta, with the mean and biased variance of each group of C / groups channels of an
 * example. Parameters: gamma, beta, each {@code (C)}. One group for each channel is instance
 * normalisation.
 *
 * @param training whether it gives mean and variance, each (N, groups), as second and third output
 */
public record GroupNorm(int groups, float epsilon, boolean training) implements Op {
  public GroupNorm {
    Shapes.positive("groups", groups);
    Shapes.positive("epsilon", epsilon);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = Shapes.channels(inputs.get(0));
    if (x.extent(1) % groups != 0) {
      throw new IllegalArgumentException(
          x.extent(1) + " channels are not divisible into " + groups + " groups");
    }
    Shape statistics = Shape.of(x.extent(0), groups);
    return training ? List.of(x, statistics, statistics) : List.of(x);
  }

  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    Shape channels = Shape.of(inputs.get(0).extent(1));
    return List.of(channels, channels);
  }

  @Override
  public List<ParameterSpec.Role> roles() {
    return List.of(ParameterSpec.Role.GAMMA, ParameterSpec.Role.BETA);
  }

  @Override
  public Op.Derivative derivative() {
    return Op.Derivative.JOINT;
  }

  @Override
  public GroupNorm forTraining() {
    return new GroupNorm(groups, epsilon, true);
  }

  @Override
  public boolean normalizes() {
    return true;
  }

  @Override
  public String label() {
    return "group norm " + groups + (training ? " (training)" : "");
  }
}
