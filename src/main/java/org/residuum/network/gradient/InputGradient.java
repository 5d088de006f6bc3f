package org.residuum.network.gradient;

import java.util.List;
import org.residuum.network.Shape;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Op;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.Subsample;

/**
 * dx of a forward operation with one input. Inputs: the value that the derivative needs, then dy.
 * That value is
 *
 * <ul>
 *   <li>x for maximum pooling;
 *   <li>y for {@link Activate} and {@link Softmax};
 *   <li>the other operand for {@link Multiply} of equal shapes;
 *   <li>none for the linear ones: {@link Conv2d}, {@link Dense} (both read the weight), average
 *       pooling, {@link GlobalAveragePool}, {@link Subsample}.
 * </ul>
 *
 * @param inputShape the shape of x, and so of dx
 * @param residual whether another gradient of x follows as the last input and is added to this one
 */
public record InputGradient(Op forward, Shape inputShape, boolean residual) implements Op {
  /** Which value beside dy the derivative is made of. */
  public enum Saved {
    NOTHING,
    X,
    Y,
    OTHER
  }

  /** Without a residual. */
  public InputGradient(Op forward, Shape inputShape) {
    this(forward, inputShape, false);
  }

  public InputGradient withResidual() {
    return new InputGradient(forward, inputShape, true);
  }

  /** Which input is dy. */
  public int indexOfDy() {
    return saved(forward) == Saved.NOTHING ? 0 : 1;
  }

  /** Whether this is the gradient of {@code forward}; others have rules of their own, or none. */
  public static boolean covers(Op forward) {
    return forward instanceof Conv2d
        || forward instanceof Dense
        || forward instanceof Activate
        || forward instanceof Softmax
        || forward instanceof Multiply
        || forward instanceof Pool2d
        || forward instanceof GlobalAveragePool
        || forward instanceof Subsample;
  }

  /** What the gradient of {@code forward} keeps of the forward pass. */
  public static Saved saved(Op forward) {
    if (forward instanceof Activate || forward instanceof Softmax) {
      return Saved.Y;
    }
    if (forward instanceof Multiply) {
      return Saved.OTHER;
    }
    return forward instanceof Pool2d pool && pool.kind() == Pool2d.Kind.MAX
        ? Saved.X
        : Saved.NOTHING;
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    int dy = indexOfDy();
    Inputs.requireCount(inputs, residual ? dy + 2 : dy + 1);
    List<Shape> x =
        forward instanceof Multiply ? List.of(inputShape, inputShape) : List.of(inputShape);
    Inputs.requireEqual(forward.outputs(x).get(0), inputs.get(dy));
    if (residual) {
      Inputs.requireEqual(inputShape, inputs.get(dy + 1));
    }
    return List.of(inputShape);
  }

  /** The weight alone, where the forward operation has one. */
  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    List<Shape> all = forward.parameters(List.of(inputShape));
    return all.isEmpty() ? all : all.subList(0, 1);
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
