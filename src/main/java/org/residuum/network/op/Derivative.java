package org.residuum.network.op;

/** What the gradient of an operation is made of, beside dy, and what it gives. */
public enum Derivative {
  /** There is none: inference only. */
  NONE,
  /** dy itself is the gradient of each input. */
  DY,
  /** dx is another forward operation of dy, {@link Op#backward}. */
  OPERATION,
  /** dx of dy alone: a linear operation. */
  FROM_DY,
  /** dx of x and dy. */
  FROM_INPUT,
  /** dx of y and dy. */
  FROM_OUTPUT,
  /** The gradient of each of two inputs of the other one and dy. */
  FROM_OTHER,
  /**
   * dx of the weight and dy, and apart from it the gradients of weight and bias of x and dy, so
   * that a first layer can do without dx.
   */
  PRODUCT,
  /**
   * dx and the gradients of all trained parameters in one, of x, what {@link Op#forTraining} gives
   * beside y, the first parameter and dy.
   */
  JOINT;

  /** Whether a value is kept from the forward pass for dx. */
  public boolean keepsValue() {
    return this == FROM_INPUT || this == FROM_OUTPUT || this == FROM_OTHER;
  }
}
