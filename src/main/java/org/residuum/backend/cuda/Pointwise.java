package org.residuum.backend.cuda;

import org.residuum.network.Shape;
import org.residuum.network.op.Activation;

/** Activations, sums, products element by element, and softmax, forward and backward. */
final class Pointwise {
  private final Assembly assembly;

  Pointwise(Assembly assembly) {
    this.assembly = assembly;
  }

  void activate(Activation activation, Shape x) {
    activate(activation, assembly.input(0), assembly.output(0), assembly.elements(x));
  }

  void activate(Activation activation, Operand x, Operand y, long n) {
    switch (activation.kind()) {
      case NONE -> copy(x, y, n);
      case RELU -> launch(Kernel.RELU_FORWARD, n, x, y, n);
      case SIGMOID -> launch(Kernel.SIGMOID_FORWARD, n, x, y, n);
      case CLIP -> launch(Kernel.CLIP_FORWARD, n, x, y, n, activation.low(), activation.high());
    }
  }

  private void copy(Operand from, Operand to, long n) {
    assembly.copy(from, to, n * assembly.type().bytes());
  }

  /** dx = dy activation'(x), from y. */
  void activationGradient(Activation activation, Shape x) {
    activationGradient(
        activation, assembly.input(0), assembly.input(1), assembly.output(0), assembly.elements(x));
  }

  void activationGradient(Activation activation, Operand y, Operand dy, Operand dx, long n) {
    switch (activation.kind()) {
      case NONE -> copy(dy, dx, n);
      case RELU -> launch(Kernel.RELU_BACKWARD, n, y, dy, dx, n);
      case SIGMOID -> launch(Kernel.SIGMOID_BACKWARD, n, y, dy, dx, n);
      case CLIP ->
          launch(Kernel.CLIP_BACKWARD, n, y, dy, dx, n, activation.low(), activation.high());
    }
  }

  void add(Activation activation, Shape x) {
    long n = assembly.elements(x);
    boolean relu = activation.kind() == Activation.Kind.RELU;
    Kernel kernel = relu ? Kernel.RESIDUAL_ADD_RELU_FORWARD : Kernel.RESIDUAL_ADD_FORWARD;
    Operand y = assembly.output(0);
    launch(kernel, n, assembly.input(0), assembly.input(1), y, n);
    if (!relu && !activation.isNone()) {
      activate(activation, y, y, n);
    }
  }

  /** y = a · b, where b has a's shape or is one factor a channel. */
  void multiply(Shape a, Shape b) {
    long n = assembly.elements(a);
    if (a.equals(b)) {
      launch(
          Kernel.MULTIPLY_FORWARD, n, assembly.input(0), assembly.input(1), assembly.output(0), n);
      return;
    }
    long images = assembly.rows(a);
    assembly.launch(
        Kernel.MULTIPLY_CHANNELS_FORWARD,
        assembly.type(),
        images,
        GridRule.accesses((long) a.extent(2) * a.extent(3), a.extent(1), assembly.type()),
        assembly.input(0),
        assembly.input(1),
        assembly.output(0),
        images,
        a.extent(2) * a.extent(3),
        a.extent(1));
  }

  void softmax(Shape x) {
    long rows = assembly.rows(x);
    assembly.launch(
        Kernel.SOFTMAX_FORWARD,
        assembly.type(),
        rows,
        1,
        assembly.input(0),
        assembly.output(0),
        rows,
        x.extent(1));
  }

  void softmaxGradient(Shape x) {
    long rows = assembly.rows(x);
    assembly.launch(
        Kernel.SOFTMAX_BACKWARD,
        assembly.type(),
        rows,
        1,
        assembly.input(0),
        assembly.input(1),
        assembly.output(0),
        rows,
        x.extent(1));
  }

  private void launch(Kernel kernel, long n, Object... arguments) {
    assembly.launch(kernel, assembly.type(), n, 1, arguments);
  }
}
