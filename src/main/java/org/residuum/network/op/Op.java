package org.residuum.network.op;

import java.util.List;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;

/**
 * An operation: its attributes, the parameters it reads, the shapes it makes of the shapes it is
 * given, and what its gradient needs. What it computes is defined by the reference backend.
 */
public interface Op {
  /**
   * The shape of each output.
   *
   * @throws IllegalArgumentException naming the rule where the inputs do not fit
   */
  List<Shape> outputs(List<Shape> inputs);

  /** The shape of each parameter, in the order in which a node lists them. */
  default List<Shape> parameters(List<Shape> inputs) {
    return List.of();
  }

  /** What each parameter is for, in the same order. */
  default List<ParameterSpec.Role> roles() {
    return List.of();
  }

  /** The value that the parameters of a role start at, weights apart. */
  default float initial(ParameterSpec.Role role) {
    return role.initial();
  }

  /**
   * Multiplications and additions for one example, counted as two operations a multiply-add; 0
   * where negligible.
   */
  default long flops(List<Shape> inputs) {
    return 0;
  }

  /** What its gradient is made of. */
  default Derivative derivative() {
    return Derivative.NONE;
  }

  /** The operation that makes dx of dy, for {@link Derivative#OPERATION}. */
  default Op backward(Shape x) {
    throw new UnsupportedOperationException(label());
  }

  /** The form that runs in training, where it differs. */
  default Op forTraining() {
    return this;
  }

  /** What is applied to the result last. */
  default Activation activation() {
    return Activation.NONE;
  }

  /** Whether a result depends on several examples of the batch. */
  default boolean mixesExamples() {
    return false;
  }

  /** Whether an addition or activation is fused to it, which {@link #derivative} leaves out. */
  default boolean isFused() {
    return false;
  }

  /** Whether it is linear in its first input. */
  default boolean isLinear() {
    return false;
  }

  /** Whether its result has a mean and variance of its own, whatever the scale of its input. */
  default boolean normalizes() {
    return false;
  }

  /** A short text for people: the name of the operation and what distinguishes this one. */
  String label();

  /** What the gradient of an operation is made of, beside dy, and what it gives. */
  enum Derivative {
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
     * dx and the gradients of all trained parameters in one, of x, what {@link Op#forTraining}
     * gives beside y, the first parameter and dy.
     */
    JOINT;

    /** Whether a value is kept from the forward pass for dx. */
    public boolean keepsValue() {
      return this == FROM_INPUT || this == FROM_OUTPUT || this == FROM_OTHER;
    }
  }
}
