package org.residuum.backend.tolerance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.residuum.backend.Precision;
import org.residuum.backend.reference.Evaluator;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Op;

/**
 * Roundings coarser than fp32's. A product Σ a b whose operands are rounded with unit u errs by u
 * √(2 Σ a² b²) where the roundings are independent; where partial sums are stored once before they
 * are added, as columns of an image are, by u √(3 Σ a² b²). A stored result is rounded at most
 * twice: as the product leaves it, and behind its epilogue.
 *
 * @param operands unit roundoff of the operands of products
 * @param storage unit roundoff of stored activations and their gradients
 * @param shrinking what products may lose, all of them, as a share of themselves
 */
public record Roundings(double operands, double storage, double shrinking) {
  public static final Roundings FP32 = new Roundings(0, 0, 0);

  /** 11 significant bits. */
  static final Roundings TF32 = new Roundings(0x1p-11, 0, 0);

  /** 8 significant bits. */
  static final Roundings BF16 = new Roundings(0x1p-8, 0x1p-8, 0);

  public static Roundings of(Precision precision) {
    return switch (precision) {
      case FP32 -> FP32;
      case TF32 -> TF32;
      case BF16 -> BF16;
    };
  }

  /**
   * The same where operands in fp32 may be cut instead. Cutting errs by 0 to 2 u, which scatters as
   * rounding does, and by u on average: both operands make a product smaller by 2 u at most, and
   * all products alike.
   */
  public Roundings cut(boolean may) {
    boolean cuts = may && storage == 0;
    return cuts ? new Roundings(operands, storage, 2 * operands) : this;
  }

  /** What is left of values once they are stored. */
  public double[] stored(double[] values) {
    double[] stored = values.clone();
    for (int i = 0; storage > 0 && i < stored.length; i++) {
      // Ties to even in the 16 bits that are dropped.
      int bits = Float.floatToRawIntBits((float) stored[i]);
      stored[i] = Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
    }
    return stored;
  }

  /** Adds what these roundings do to a node's outputs to their amplitudes. */
  void widen(
      Node node,
      int batch,
      Map<String, double[]> parameters,
      Map<Value, double[]> exact,
      double[][] amplitudes) {
    if (operands > 0 && isProduct(node.op())) {
      double[][] squares = products(node, batch, parameters, exact, x -> x * x);
      for (int i = 0; i < amplitudes.length; i++) {
        for (int k = 0; k < amplitudes[i].length; k++) {
          amplitudes[i][k] += operands * Math.sqrt(3 * squares[i][k]);
        }
      }
    }
    for (int i = 0; storage > 0 && i < amplitudes.length; i++) {
      Value output = node.outputs().get(i);
      double[] values = exact.get(output);
      for (int k = 0; output.shape().isBatched() && k < values.length; k++) {
        amplitudes[i][k] += storage * Math.sqrt(2) * Math.abs(values[k]);
      }
    }
  }

  /** What a node's outputs lose where products shrink. */
  double[][] losses(
      Node node, int batch, Map<String, double[]> parameters, Map<Value, double[]> exact) {
    if (!isProduct(node.op())) {
      return node.outputs().stream()
          .map(output -> new double[exact.get(output).length])
          .toArray(double[][]::new);
    }
    double[][] losses = products(node, batch, parameters, exact, x -> x);
    for (double[] values : losses) {
      for (int i = 0; i < values.length; i++) {
        values[i] *= -shrinking;
      }
    }
    return losses;
  }

  private static boolean isProduct(Op op) {
    return op instanceof Conv2d
        || op instanceof Dense
        || op instanceof WeightGradient
        || op instanceof InputGradient g
            && (g.forward() instanceof Conv2d || g.forward() instanceof Dense);
  }

  /** Σ f(a) f(b): the same products, without bias. */
  private static double[][] products(
      Node node,
      int batch,
      Map<String, double[]> parameters,
      Map<Value, double[]> exact,
      DoubleUnaryOperator f) {
    NetworkBuilder net = new NetworkBuilder("products");
    Map<String, double[]> given = new HashMap<>();
    List<Value> inputs = new ArrayList<>();
    for (Value input : node.inputs()) {
      String name = "x" + inputs.size();
      inputs.add(net.input(name, input.shape()));
      given.put(name, Arrays.stream(exact.get(input)).map(f).toArray());
    }
    List<Value> made = net.appendAll(node.name(), node.op(), inputs, node.parameters());
    Map<String, double[]> weights = new LinkedHashMap<>();
    for (ParameterSpec spec : node.parameters()) {
      double[] values = parameters.get(spec.name());
      weights.put(
          spec.name(),
          spec.role() == ParameterSpec.Role.BIAS
              ? new double[values.length]
              : Arrays.stream(values).map(f).toArray());
    }
    Map<Value, double[]> results = Evaluator.evaluate(net.build(), given, weights, batch);
    return made.stream().map(results::get).toArray(double[][]::new);
  }
}
