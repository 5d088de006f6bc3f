package org.residuum.network.gradient;

import java.util.List;
import org.residuum.network.Shape;
import org.residuum.network.loss.Loss;
import org.residuum.network.op.Op;

/** dx of a loss of the outputs x (N, C); inputs as there. */
public record LossGradient(Loss forward) implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    forward.outputs(inputs);
    return List.of(inputs.get(0));
  }

  @Override
  public boolean mixesExamples() {
    return true;
  }

  @Override
  public String label() {
    return "gradient of " + forward.label();
  }
}
