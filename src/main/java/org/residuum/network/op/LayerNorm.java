package org.residuum.network.op;

import java.util.List;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;

/**
 * Layer normalisation over the last axis of (N, F) or (N, T, F) (Ba, Kiros and Hinton 2016): y =
 * gamma (x - mean) / sqrt(var + epsilon) + beta, with the mean and biased variance of each row.
 * Parameters: gamma, beta, each {@code (F)}.
 *
 * @param training whether it gives mean and variance, each (N) or (N, T), as second and third
 *     output
 */
public record LayerNorm(float epsilon, boolean training) implements Op {
  public LayerNorm {
    Shapes.positive("epsilon", epsilon);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = inputs.get(0);
    if (x.rank() != 2 && x.rank() != 3) {
      throw new IllegalArgumentException("needs (N, F) or (N, T, F), not " + x);
    }
    Shape rows = x.rank() == 2 ? Shape.of(x.extent(0)) : Shape.of(x.extent(0), x.extent(1));
    return training ? List.of(x, rows, rows) : List.of(x);
  }

  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    Shape x = inputs.get(0);
    Shape features = Shape.of(x.extent(x.rank() - 1));
    return List.of(features, features);
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
  public LayerNorm forTraining() {
    return new LayerNorm(epsilon, true);
  }

  @Override
  public boolean normalizes() {
    return true;
  }

  @Override
  public String label() {
    return "layer norm" + (training ? " (training)" : "");
  }
}
