package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** y_j = exp(x_j) / Σ_k exp(x_k) over the last axis of (N, F). */
public record Softmax() implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    return List.of(Shapes.vectors(inputs.get(0)));
  }

  @Override
  public Op.Derivative derivative() {
    return Op.Derivative.FROM_OUTPUT;
  }

  @Override
  public String label() {
    return "softmax";
  }
}
