package org.residuum.network.gradient;

import java.util.List;
import org.residuum.network.Shape;
import org.residuum.network.op.Op;

/**
 * dx of a forward operation. Inputs: the value that {@link Op#derivative} asks for, then dy.
 *
 * @param inputShape the shape of x, and so of dx
 * @param residual whether another gradient of x follows as the last input and is added to this one
 */
public record InputGradient(Op forward, Shape inputShape, boolean residual) implements Op {
  /** Without a residual. */
  public InputGradient(Op forward, Shape inputShape) {
    this(forward, inputShape, false);
  }

  public InputGradient withResidual() {
    return new InputGradient(forward, inputShape, true);
  }

  /** Which input is dy. */
  public int indexOfDy() {
    return forward.derivative().keepsValue() ? 1 : 0;
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    int dy = indexOfDy();
    Inputs.requireCount(inputs, residual ? dy + 2 : dy + 1);
    List<Shape> x =
        forward.derivative() == Op.Derivative.FROM_OTHER
            ? List.of(inputShape, inputShape)
            : List.of(inputShape);
    Inputs.requireEqual(forward.outputs(x).get(0), inputs.get(dy));
    if (residual) {
      Inputs.requireEqual(inputShape, inputs.get(dy + 1));
    }
    return List.of(inputShape);
  }

  /** Whether it reads all parameters of the forward operation: a frozen batch norm's scale. */
  public boolean readsAll() {
    return forward.derivative() == Op.Derivative.FROM_DY;
  }

  /** The weight alone, where the forward operation has one, or all. */
  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    List<Shape> all = forward.parameters(List.of(inputShape));
    return all.isEmpty() || readsAll() ? all : all.subList(0, 1);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return forward.flops(List.of(inputShape));
  }

  @Override
  public String label() {
    return "input gradient of " + forward.label() + (residual ? " + residual" : "");
  }
}
