package org.residuum.network.gradient;

import java.util.ArrayList;
import java.util.List;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.op.Op;

/**
 * dx and the gradients of the trained parameters of one operation, which are made together. Inputs:
 * x, what the forward operation gives beside y, y itself where an activation is fused to it, dy.
 * Parameter: the forward operation's first.
 *
 * @param forward as it runs in training
 */
public record JointGradient(Op forward) implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    List<Shape> x = inputs.subList(0, 1);
    List<Shape> made = forward.outputs(x);
    List<Shape> expected = new ArrayList<>(x);
    expected.addAll(made.subList(1, made.size()));
    for (int i = 0; i < (forward.isFused() ? 2 : 1); i++) {
      expected.add(made.get(0));
    }
    Inputs.requireCount(inputs, expected.size());
    for (int i = 0; i < expected.size(); i++) {
      Inputs.requireEqual(expected.get(i), inputs.get(i));
    }
    List<Shape> gradients = new ArrayList<>(x);
    List<Shape> parameters = forward.parameters(x);
    List<ParameterSpec.Role> roles = forward.roles();
    for (int i = 0; i < roles.size(); i++) {
      if (roles.get(i).isTrained()) {
        gradients.add(parameters.get(i));
      }
    }
    return gradients;
  }

  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    return forward.parameters(inputs.subList(0, 1)).subList(0, 1);
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
