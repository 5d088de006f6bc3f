package org.residuum.backend.cuda.op;

import java.util.stream.Stream;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
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
    if (activation.isNone()) {
      copy(x, y, n);
    } else {
      launch(forward(activation.kind()), n, withBounds(activation, x, y, n));
    }
  }

  private static Kernel forward(Activation.Kind kind) {
    return switch (kind) {
      case RELU -> Kernel.RELU_FORWARD;
      case SIGMOID -> Kernel.SIGMOID_FORWARD;
      case CLIP -> Kernel.CLIP_FORWARD;
      case NONE -> throw new IllegalArgumentException("no activation");
    };
  }

  private static Kernel backward(Activation.Kind kind) {
    return switch (kind) {
      case RELU -> Kernel.RELU_BACKWARD;
      case SIGMOID -> Kernel.SIGMOID_BACKWARD;
      case CLIP -> Kernel.CLIP_BACKWARD;
      case NONE -> throw new IllegalArgumentException("no activation");
    };
  }

  /** A kernel's arguments; of those here, only that of a clip takes its bounds. */
  private static Object[] withBounds(Activation activation, Object... arguments) {
    boolean clips = activation.kind() == Activation.Kind.CLIP;
    return clips
        ? Stream.concat(Stream.of(arguments), Stream.of(activation.low(), activation.high()))
            .toArray()
        : arguments;
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
    if (activation.isNone()) {
      copy(dy, dx, n);
    } else {
      launch(backward(activation.kind()), n, withBounds(activation, y, dy, dx, n));
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
