package org.residuum.backend;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.LossGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.loss.Loss;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Op;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.Window;

/** What the proofs ask of networks. */
public final class Networks {
  /** No activation has a second derivative beyond it where it has one. */
  private static final double STEEPEST = 4;

  private Networks() {}

  /** A convolution with its batch norm, then a dense layer: parameters of every role. */
  public static Network small() {
    NetworkBuilder net = new NetworkBuilder("small");
    Value y = net.input("x", Shape.batch(3, 4, 5));
    y = net.relu("relu", net.batchNorm("bn", net.conv2d("conv", y, 5, Window.square(3, 1, 1))));
    y = net.flatten("flatten", net.globalAveragePool("pool", y));
    net.output("logits", net.dense("fc", y, 3));
    return net.build();
  }

  /** The nodes up to the one of that name, whose result becomes the only output. */
  public static Network until(Network network, String last) {
    NetworkBuilder net = new NetworkBuilder(network.name());
    Map<Value, Value> twin = new HashMap<>();
    for (Node node : network.nodes()) {
      List<Value> inputs = node.inputs().stream().map(twin::get).toList();
      List<Value> made = net.appendAll(node.name(), node.op(), inputs, node.parameters());
      for (int i = 0; i < made.size(); i++) {
        twin.put(node.outputs().get(i), made.get(i));
      }
      if (node.name().equals(last)) {
        net.output(last, made.get(0));
        return net.build();
      }
    }
    throw new IllegalArgumentException(network.name() + " has no node " + last);
  }

  /** How many roundings lie one behind the other in an element that the node computes. */
  public static long reduction(Node node, int batch) {
    return reduction(node.op(), node.inputShapes(), batch);
  }

  private static long reduction(Op op, List<Shape> inputs, int batch) {
    Shape x = inputs.isEmpty() ? Shape.of() : inputs.get(0);
    if (op instanceof Conv2d conv) {
      return (long) x.extent(1) / conv.groups() * conv.window().height() * conv.window().width()
          + 3;
    }
    if (op instanceof Dense) {
      return x.extent(1) + 3;
    }
    if (op instanceof BatchNorm || op instanceof JointGradient) {
      return x.elements(batch) / x.extent(1) + 8;
    }
    if (op instanceof Pool2d pool) {
      return (long) pool.window().height() * pool.window().width() + 1;
    }
    if (op instanceof GlobalAveragePool) {
      return x.elements() / x.extent(1) + 1;
    }
    if (op instanceof Softmax || op instanceof LossGradient) {
      return x.extent(1) + 8;
    }
    if (op instanceof Loss) {
      return x.extent(1) + 8 + batch;
    }
    if (op instanceof WeightGradient) {
      return inputs.get(1).elements(batch) / inputs.get(1).extent(1) + 1;
    }
    if (op instanceof InputGradient gradient) {
      return inputGradient(gradient, inputs.get(inputs.size() - 1), batch);
    }
    return 2;
  }

  private static long inputGradient(InputGradient gradient, Shape dy, int batch) {
    Op forward = gradient.forward();
    if (forward instanceof Conv2d conv) {
      return (long) dy.extent(1) / conv.groups() * conv.window().height() * conv.window().width()
          + 1;
    }
    return forward instanceof Dense
        ? dy.extent(1) + 1
        : reduction(forward, List.of(gradient.inputShape()), batch);
  }

  /**
   * Whether every activation of the network takes the same branch in both evaluations: then its
   * derivative changes by no more than a few times what it is a function of.
   */
  public static boolean sameBranches(
      Network network, Map<Value, double[]> a, Map<Value, double[]> b) {
    for (Node node : network.nodes()) {
      if (node.op() instanceof Activate op) {
        Activation activation = op.activation();
        Value at = activation.derivesFromInput() ? node.inputs().get(0) : node.output();
        double[] left = a.get(at);
        double[] right = b.get(at);
        for (int i = 0; i < left.length; i++) {
          double jump = activation.derivative(left[i]) - activation.derivative(right[i]);
          if (Math.abs(jump) > STEEPEST * Math.abs(left[i] - right[i])) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
