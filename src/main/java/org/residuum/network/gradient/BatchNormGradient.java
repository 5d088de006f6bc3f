package org.residuum.network.gradient;

import java.util.ArrayList;
import java.util.List;
import org.residuum.network.Shape;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Op;

/**
 * dx, dgamma, dbeta of a training {@link BatchNorm} (Ioffe and Szegedy 2015, section 3). Inputs: x,
 * the batch's mean and variance, then dy; where the forward operation has an activation also its y,
 * before dy. Parameter: gamma.
 */
public record BatchNormGradient(BatchNorm forward) implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    boolean activated = !forward.activation().isNone();
    Inputs.requireCount(inputs, activated ? 5 : 4);
    Shape x = inputs.get(0);
    Inputs.requireEqual(x, inputs.get(3));
    List<Shape> shapes = new ArrayList<>(forward.outputs(inputs.subList(0, 1)));
    Inputs.requireEqual(shapes.get(1), inputs.get(1));
    return shapes;
  }

  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    return forward.parameters(inputs.subList(0, 1)).subList(0, 1);
  }

  @Override
  public String label() {
    return "gradient of " + forward.label();
  }
}
