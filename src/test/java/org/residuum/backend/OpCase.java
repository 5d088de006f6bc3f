package org.residuum.backend;

import java.util.ArrayList;
import java.util.List;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.loss.Loss;
import org.residuum.network.loss.SoftmaxCrossEntropy;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Op;
import org.residuum.network.op.Window;

/**
 * A row of the table of operations: one operation, or a few in the order in which fusion looks for
 * them, on inputs of given shapes.
 *
 * @param inputs batched shapes
 * @param learns whether {@link org.residuum.plan.Gradients} differentiates it
 * @param isLogits whether the result itself is what the loss reads
 * @param loss of its training
 */
public record OpCase(
    String name,
    int batch,
    List<Shape> inputs,
    Body body,
    boolean learns,
    boolean isLogits,
    Loss loss) {

  /** Appends the nodes of the case and gives their result. */
  @FunctionalInterface
  public interface Body {
    Value append(NetworkBuilder net, List<Value> inputs);
  }

  private static final int CLASSES = 3;

  static OpCase of(String name, int batch, List<Shape> inputs, Body body) {
    return new OpCase(
        name + " on " + batch + " × " + inputs,
        batch,
        inputs,
        body,
        true,
        false,
        new SoftmaxCrossEntropy(0));
  }

  static OpCase of(Op op, int batch, Shape... inputs) {
    return of(op.label(), batch, List.of(inputs), (net, values) -> append(net, "op", op, values));
  }

  OpCase forwardOnly() {
    return new OpCase(name, batch, inputs, body, false, isLogits, loss);
  }

  OpCase asLogits(Loss op) {
    return new OpCase(name + " " + op.label(), batch, inputs, body, learns, true, op);
  }

  /** Appends an operation. */
  static Value append(NetworkBuilder net, String name, Op op, List<Value> inputs) {
    return net.layer(name, op, inputs.toArray(Value[]::new));
  }

  /** The case alone: inputs {@code x0}, {@code x1}, ..., output {@code y}. */
  public Network alone() {
    NetworkBuilder net = new NetworkBuilder(name);
    net.output("y", body.append(net, inputs(net)));
    return net.build();
  }

  /**
   * The case between a stem that learns, so that gradients reach each input, and a dense layer that
   * gives {@code logits}. With {@link RandomValues#identityStems} the stem passes its input on.
   */
  public Network between() {
    NetworkBuilder net = new NetworkBuilder(name);
    List<Value> stems = new ArrayList<>();
    for (Value x : inputs(net)) {
      stems.add(append(net, "stem." + x.name(), stem(x.shape()), List.of(x)));
    }
    Value y = body.append(net, stems);
    if (!isLogits) {
      Value flat = y.shape().rank() == 2 ? y : net.flatten("flatten", y);
      y = net.dense("head", flat, CLASSES);
    }
    net.output("logits", y);
    return net.build();
  }

  private static Op stem(Shape x) {
    int channels = x.extent(1);
    return x.rank() == 2
        ? new Dense(channels, false, Epilogue.NONE)
        : new Conv2d(channels, Window.square(1, 1, 0), channels, false, Epilogue.NONE);
  }

  private List<Value> inputs(NetworkBuilder net) {
    List<Value> values = new ArrayList<>();
    for (Shape shape : inputs) {
      values.add(net.input("x" + values.size(), shape));
    }
    return values;
  }

  public int classes() {
    return isLogits ? between().output("logits").shape().extent(1) : CLASSES;
  }

  @Override
  public String toString() {
    return name;
  }
}
