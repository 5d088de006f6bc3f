package org.residuum.backend.tolerance;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.residuum.backend.Networks;
import org.residuum.backend.reference.Evaluator;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.SoftmaxCrossEntropyGradient;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Derivative;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Gather;
import org.residuum.network.op.Op;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.SoftmaxCrossEntropy;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;

/**
 * How far a node's outputs, computed in 32-bit floats of exact inputs, may lie from the exact ones:
 * a sum of n products errs by at most γ Σ|a||b| with γ = n u / (1 - n u) in any order of summation
 * (Higham 2002, section 3.1), and by about √n u Σ|a||b| where the roundings are independent (Higham
 * and Mary 2019). Copies and comparisons are exact.
 */
public final class Bounds {
  public static final double UNIT_ROUNDOFF = 0x1p-24;

  /** The factor that n roundings one behind the other come to. */
  public static final DoubleUnaryOperator WORST_CASE =
      n -> n * UNIT_ROUNDOFF / (1 - n * UNIT_ROUNDOFF);

  static final DoubleUnaryOperator INDEPENDENT = n -> Math.sqrt(n) * UNIT_ROUNDOFF;

  private final Node node;
  private final int batch;
  private final Map<String, double[]> parameters;
  private final double[][] inputs;
  private final double[][] outputs;
  private final DoubleUnaryOperator factor;

  private Bounds(
      Node node,
      int batch,
      Map<String, double[]> parameters,
      Map<Value, double[]> values,
      DoubleUnaryOperator factor) {
    this.node = node;
    this.batch = batch;
    this.parameters = parameters;
    this.inputs = node.inputs().stream().map(values::get).toArray(double[][]::new);
    this.outputs = node.outputs().stream().map(values::get).toArray(double[][]::new);
    this.factor = factor;
  }

  /**
   * A bound for each element of each output.
   *
   * @param parameters before the node ran
   * @param values the exact inputs and outputs of the node
   */
  public static double[][] of(
      Node node,
      int batch,
      Map<String, double[]> parameters,
      Map<Value, double[]> values,
      DoubleUnaryOperator factor) {
    return new Bounds(node, batch, parameters, values, factor).compute();
  }

  private double[][] compute() {
    Op op = node.op();
    if (isExact(op)) {
      return new double[][] {new double[outputs[0].length]};
    }
    if (op instanceof BatchNorm norm) {
      return activated(batchNorm(norm), norm.activation());
    }
    if (op instanceof JointGradient gradient && gradient.forward() instanceof BatchNorm norm) {
      return batchNormGradient(norm);
    }
    if (op instanceof Softmax) {
      return softmax(outputs[0], 1);
    }
    if (op instanceof SoftmaxCrossEntropy) {
      return new double[][] {{gamma() * (2 * largest(inputs[0]) + Math.log(inputs[0].length) + 1)}};
    }
    if (op instanceof SoftmaxCrossEntropyGradient) {
      double[] shares = outputs[0].clone();
      for (int i = 0; i < shares.length; i++) {
        shares[i] = Math.abs(shares[i]) + 2.0 / batch;
      }
      return softmax(shares, 1);
    }
    if (op instanceof InputGradient gradient && gradient.forward() instanceof Softmax) {
      return softmaxGradient();
    }
    if (op instanceof Activate) {
      return scaled(new double[][] {outputs[0]}, sigmoidFactor());
    }
    return activated(scaled(magnitudes(op), gamma()), activation(op));
  }

  private double gamma() {
    return factor.applyAsDouble(Networks.reduction(node, batch));
  }

  /** exp and division are good to a few units in the last place. */
  private double sigmoidFactor() {
    return factor.applyAsDouble(8) * (1 + largest(inputs[0]));
  }

  static boolean isExact(Op op) {
    if (op instanceof Activate activate) {
      return activate.activation().kind() != Activation.Kind.SIGMOID;
    }
    return op instanceof Reshape
        || op instanceof Subsample
        || op instanceof PadChannels
        || op instanceof SliceChannels
        || op instanceof Concat
        || op instanceof Transpose
        || op instanceof Gather
        || op instanceof Pool2d pool && pool.kind() == Pool2d.Kind.MAX
        || op instanceof InputGradient gradient && gradient.forward() instanceof Subsample;
  }

  /** The same sums over magnitudes: Σ|a||b|. What only selects or scales stays as it is. */
  private double[][] magnitudes(Op op) {
    Op plain = op;
    if (op instanceof Conv2d conv) {
      plain = conv.with(conv.epilogue().with(Activation.NONE));
    } else if (op instanceof Dense dense) {
      plain = dense.with(dense.epilogue().with(Activation.NONE));
    } else if (op instanceof Add) {
      plain = new Add(Activation.NONE);
    }
    boolean keepsFirst =
        op instanceof InputGradient gradient
            && gradient.forward().derivative() != Derivative.FROM_OTHER
            && node.inputs().size() == 2;
    NetworkBuilder net = new NetworkBuilder("magnitudes");
    Map<String, double[]> given = new HashMap<>();
    List<Value> values = new java.util.ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      values.add(net.input("x" + i, node.inputs().get(i).shape()));
      given.put("x" + i, keepsFirst && i == 0 ? inputs[i] : absolute(inputs[i]));
    }
    List<Value> made = net.appendAll(node.name(), plain, values, node.parameters());
    Network network = net.build();
    Map<String, double[]> weights = new LinkedHashMap<>();
    node.parameters().forEach(s -> weights.put(s.name(), absolute(parameters.get(s.name()))));
    Map<Value, double[]> results = Evaluator.evaluate(network, given, weights, batch);
    return made.stream().map(results::get).toArray(double[][]::new);
  }

  private static Activation activation(Op op) {
    if (op instanceof Conv2d conv) {
      return conv.epilogue().activation();
    }
    if (op instanceof Dense dense) {
      return dense.epilogue().activation();
    }
    return op instanceof Add add ? add.activation() : Epilogue.NONE.activation();
  }

  /** No activation widens an error; a sigmoid adds its own. */
  private double[][] activated(double[][] bounds, Activation activation) {
    if (activation.kind() == Activation.Kind.SIGMOID) {
      double own = factor.applyAsDouble(8) * 8;
      for (int i = 0; i < bounds[0].length; i++) {
        bounds[0][i] = bounds[0][i] / 4 + own;
      }
    }
    return bounds;
  }

  /**
   * The mean errs by γ mean|x|, the variance by γ (var + mean²), and y = gamma (x - mean) r + beta
   * with r = 1 / √(var + ε) by both of them and its own four roundings.
   */
  private double[][] batchNorm(BatchNorm op) {
    double[] gammas = absolute(parameter(0));
    double[] betas = absolute(parameter(1));
    double[] means = op.training() ? outputs[1] : parameter(2);
    double[] vars = op.training() ? outputs[2] : parameter(3);
    int channels = gammas.length;
    double[] meanBounds = new double[channels];
    double[] varBounds = new double[channels];
    int count = inputs[0].length / channels;
    if (op.training()) {
      for (int i = 0; i < inputs[0].length; i++) {
        meanBounds[channel(i, channels)] += gamma() * Math.abs(inputs[0][i]) / count;
      }
      for (int c = 0; c < channels; c++) {
        double largest = Math.abs(means[c]) + meanBounds[c];
        varBounds[c] = gamma() * vars[c] + 2 * gamma() * largest * Math.sqrt(vars[c]);
        varBounds[c] += meanBounds[c] * meanBounds[c];
      }
    }
    double[] y = new double[inputs[0].length];
    double own = factor.applyAsDouble(6);
    for (int i = 0; i < y.length; i++) {
      int c = channel(i, channels);
      double r = 1 / Math.sqrt(vars[c] + op.epsilon());
      double centred = Math.abs(inputs[0][i] - means[c]);
      double shift = meanBounds[c] + centred * varBounds[c] * r * r / 2;
      double rounding = own * (Math.abs(inputs[0][i]) + Math.abs(means[c]));
      y[i] = gammas[c] * r * (shift + rounding) + own * betas[c];
    }
    return op.training() ? new double[][] {y, meanBounds, varBounds} : new double[][] {y};
  }

  /** dx = gamma r (dy - Σdy / n - x̂ Σ(dy x̂) / n), |x̂| taken as (|x| + |mean|) r. */
  private double[][] batchNormGradient(BatchNorm op) {
    double[] gammas = absolute(parameter(0));
    int channels = gammas.length;
    double[] x = inputs[0];
    double[] dy = absolute(inputs[inputs.length - 1]);
    double count = (double) x.length / channels;
    double[] normal = new double[x.length];
    double[] dgamma = new double[channels];
    double[] dbeta = new double[channels];
    double[] r = new double[channels];
    for (int c = 0; c < channels; c++) {
      r[c] = 1 / Math.sqrt(inputs[2][c] + op.epsilon());
    }
    for (int i = 0; i < x.length; i++) {
      int c = channel(i, channels);
      normal[i] = (Math.abs(x[i]) + Math.abs(inputs[1][c])) * r[c];
      dgamma[c] += dy[i] * normal[i];
      dbeta[c] += dy[i];
    }
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = channel(i, channels);
      dx[i] = gammas[c] * r[c] * (dy[i] + dbeta[c] / count + normal[i] * dgamma[c] / count);
    }
    return scaled(new double[][] {dx, dgamma, dbeta}, gamma());
  }

  /** The exponents err by u |x|, the quotient of the exponentials by γ. */
  private double[][] softmax(double[] shares, double scale) {
    double relative = gamma() + factor.applyAsDouble(1) * 4 * largest(inputs[0]);
    return scaled(new double[][] {shares}, scale * relative);
  }

  /** dx = y (dy - Σ y dy) */
  private double[][] softmaxGradient() {
    double[] y = inputs[0];
    double[] dx = new double[y.length];
    int classes = node.inputs().get(0).shape().extent(1);
    for (int row = 0; row < y.length; row += classes) {
      double sum = 0;
      for (int k = row; k < row + classes; k++) {
        sum += y[k] * Math.abs(inputs[1][k]);
      }
      for (int k = row; k < row + classes; k++) {
        dx[k] = y[k] * (Math.abs(inputs[1][k]) + sum);
      }
    }
    return scaled(new double[][] {dx}, gamma());
  }

  private int channel(int index, int channels) {
    Shape x = node.inputs().get(0).shape();
    int pixels = x.rank() == 4 ? x.extent(2) * x.extent(3) : 1;
    return index / pixels % channels;
  }

  private double[] parameter(int index) {
    return parameters.get(node.parameters().get(index).name());
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double[] absolute(double[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Math.abs(values[i]);
    }
    return result;
  }

  private static double[][] scaled(double[][] values, double by) {
    double[][] result = new double[values.length][];
    for (int k = 0; k < values.length; k++) {
      result[k] = new double[values[k].length];
      for (int i = 0; i < values[k].length; i++) {
        result[k][i] = Math.abs(values[k][i]) * by;
      }
    }
    return result;
  }
}
