package org.residuum.backend.tolerance;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.residuum.network.gradient.LossGradient;
import org.residuum.network.loss.Loss;
import org.residuum.network.loss.PointwiseLoss;
import org.residuum.network.loss.SoftTargetCrossEntropy;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Gather;
import org.residuum.network.op.GroupNorm;
import org.residuum.network.op.LayerNorm;
import org.residuum.network.op.Op;
import org.residuum.network.op.PRelu;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Softmax;
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

  /** No activation is steeper. */
  private static final double STEEPEST = 1.5;

  private static final Set<Activation.Kind> EXACT =
      EnumSet.of(Activation.Kind.NONE, Activation.Kind.RELU, Activation.Kind.CLIP);

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
    boolean joint = op instanceof JointGradient;
    Op norm = op instanceof JointGradient gradient ? gradient.forward() : op;
    if (norm instanceof GroupNorm || norm instanceof LayerNorm) {
      return joint ? exampleNormGradient(norm) : exampleNorm(norm);
    }
    if (norm instanceof PRelu) {
      return scaled(larger(magnitudes(op, 1), magnitudes(op, -1)), gamma());
    }
    if (op instanceof Softmax) {
      return softmax(outputs[0], 1);
    }
    if (op instanceof Loss) {
      double x = largest(inputs[0]);
      boolean squared =
          op instanceof PointwiseLoss loss && loss.kind() == PointwiseLoss.Kind.SQUARED_ERROR;
      double each =
          squared
              ? 2 * (x + largest(inputs[1])) * (x + largest(inputs[1]))
              : 2 * x + Math.log(inputs[0].length) + 1;
      return new double[][] {{gamma() * largestWeight(op) * each}};
    }
    if (op instanceof LossGradient gradient) {
      double[] shares = outputs[0].clone();
      for (int i = 0; i < shares.length; i++) {
        shares[i] = Math.abs(shares[i]) + 2 * largestWeight(gradient.forward()) / batch;
      }
      return softmax(shares, 1);
    }
    if (op instanceof InputGradient gradient && gradient.forward() instanceof Softmax) {
      return softmaxGradient();
    }
    if (op instanceof Activate activate) {
      boolean sigmoid = activate.activation().kind() == Activation.Kind.SIGMOID;
      return scaled(new double[][] {sigmoid ? outputs[0] : inputs[0]}, exponentialFactor());
    }
    if (op instanceof InputGradient gradient
        && gradient.forward() instanceof Activate activate
        && activate.activation().derivesFromInput()) {
      return new double[][] {derivativeBounds()};
    }
    return activated(scaled(magnitudes(op, 1), gamma()), activation(op));
  }

  /** A derivative is a sum of terms of up to 1 + |x|, each good to a few units of roundoff. */
  private double[] derivativeBounds() {
    double[] bounds = absolute(inputs[1]);
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] *= factor.applyAsDouble(8) * (1 + Math.abs(inputs[0][i]));
    }
    return bounds;
  }

  private double gamma() {
    return factor.applyAsDouble(Networks.reduction(node, batch));
  }

  /** exp and division are good to a few units in the last place. */
  private double exponentialFactor() {
    return factor.applyAsDouble(8) * (1 + largest(inputs[0]));
  }

  static boolean isExact(Op op) {
    if (op instanceof Activate activate) {
      return EXACT.contains(activate.activation().kind());
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

  /**
   * The same sums over magnitudes: Σ|a||b|. What only selects or scales stays as it is.
   *
   * @param sign of the first input, 1 or -1
   */
  private double[][] magnitudes(Op op, int sign) {
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
            && gradient.forward().derivative() != Op.Derivative.FROM_OTHER
            && node.inputs().size() == 2;
    NetworkBuilder net = new NetworkBuilder("magnitudes");
    Map<String, double[]> given = new HashMap<>();
    List<Value> values = new java.util.ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      values.add(net.input("x" + i, node.inputs().get(i).shape()));
      double[] magnitude = i == 0 && sign < 0 ? negative(inputs[i]) : absolute(inputs[i]);
      given.put("x" + i, keepsFirst && i == 0 ? inputs[i] : magnitude);
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

  /** None of those that are exact widens an error; the others add their own. */
  private double[][] activated(double[][] bounds, Activation activation) {
    if (activation.kind() == Activation.Kind.SIGMOID) {
      double own = factor.applyAsDouble(8) * 8;
      for (int i = 0; i < bounds[0].length; i++) {
        bounds[0][i] = bounds[0][i] / 4 + own;
      }
    } else if (!EXACT.contains(activation.kind())) {
      double own = factor.applyAsDouble(8) * (1 + largest(outputs[0]));
      for (int i = 0; i < bounds[0].length; i++) {
        bounds[0][i] = bounds[0][i] * STEEPEST + own * (1 + Math.abs(outputs[0][i]));
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

  /** How many neighbouring elements are normalised together, in logical order. */
  private int together(Op norm) {
    Shape x = node.inputs().get(0).shape();
    return norm instanceof GroupNorm group ? x.elements() / group.groups() : x.extent(x.rank() - 1);
  }

  private int affine(Op norm, int index, int channels) {
    return norm instanceof GroupNorm ? channel(index, channels) : index % channels;
  }

  private double gamma(int length) {
    return factor.applyAsDouble(Math.max(length, (double) inputs[0].length / length) + 8);
  }

  /** As a batch norm in training, the means and variances over the elements of a group. */
  private double[][] exampleNorm(Op op) {
    double[] x = inputs[0];
    double[] gammas = absolute(parameter(0));
    double[] betas = absolute(parameter(1));
    int length = together(op);
    float epsilon = op instanceof GroupNorm group ? group.epsilon() : ((LayerNorm) op).epsilon();
    double gamma = gamma(length);
    double own = factor.applyAsDouble(6);
    double[] y = new double[x.length];
    double[] meanBounds = new double[x.length / length];
    double[] varBounds = new double[x.length / length];
    for (int g = 0; g < meanBounds.length; g++) {
      double mean = 0;
      double square = 0;
      for (int i = g * length; i < (g + 1) * length; i++) {
        meanBounds[g] += gamma * Math.abs(x[i]) / length;
        mean += x[i] / length;
        square += x[i] * x[i] / length;
      }
      double var = Math.max(0, square - mean * mean);
      varBounds[g] = gamma * var + 2 * gamma * (Math.abs(mean) + meanBounds[g]) * Math.sqrt(var);
      varBounds[g] += meanBounds[g] * meanBounds[g];
      double r = 1 / Math.sqrt(var + epsilon);
      for (int i = g * length; i < (g + 1) * length; i++) {
        int c = affine(op, i, gammas.length);
        double shift = meanBounds[g] + Math.abs(x[i] - mean) * varBounds[g] * r * r / 2;
        double rounding = own * (Math.abs(x[i]) + Math.abs(mean));
        y[i] = gammas[c] * r * (shift + rounding) + own * betas[c];
      }
    }
    return outputs.length > 1 ? new double[][] {y, meanBounds, varBounds} : new double[][] {y};
  }

  /** As that of a batch norm, g = gamma dy in place of dy. */
  private double[][] exampleNormGradient(Op op) {
    double[] x = inputs[0];
    double[] dy = absolute(inputs[3]);
    double[] gammas = absolute(parameter(0));
    int length = together(op);
    float epsilon = op instanceof GroupNorm group ? group.epsilon() : ((LayerNorm) op).epsilon();
    double[] dx = new double[x.length];
    double[] dgamma = new double[gammas.length];
    double[] dbeta = new double[gammas.length];
    for (int g = 0; g < x.length / length; g++) {
      double r = 1 / Math.sqrt(inputs[2][g] + epsilon);
      double sum = 0;
      double product = 0;
      for (int i = g * length; i < (g + 1) * length; i++) {
        int c = affine(op, i, gammas.length);
        double normal = (Math.abs(x[i]) + Math.abs(inputs[1][g])) * r;
        dgamma[c] += dy[i] * normal;
        dbeta[c] += dy[i];
        sum += gammas[c] * dy[i] / length;
        product += gammas[c] * dy[i] * normal / length;
      }
      for (int i = g * length; i < (g + 1) * length; i++) {
        int c = affine(op, i, gammas.length);
        double normal = (Math.abs(x[i]) + Math.abs(inputs[1][g])) * r;
        dx[i] = r * (gammas[c] * dy[i] + sum + normal * product);
      }
    }
    return scaled(new double[][] {dx, dgamma, dbeta}, gamma(length));
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

  /** The most that the targets of an example come to. */
  private double largestWeight(Op loss) {
    if (!(loss instanceof SoftTargetCrossEntropy)) {
      return 1;
    }
    double largest = 0;
    int classes = node.inputs().get(0).shape().extent(1);
    for (int row = 0; row < inputs[1].length; row += classes) {
      largest = Math.max(largest, Arrays.stream(inputs[1], row, row + classes).sum());
    }
    return largest;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double[][] larger(double[][] a, double[][] b) {
    for (int k = 0; k < a.length; k++) {
      for (int i = 0; i < a[k].length; i++) {
        a[k][i] = Math.max(Math.abs(a[k][i]), Math.abs(b[k][i]));
      }
    }
    return a;
  }

  private static double[] negative(double[] values) {
    double[] result = absolute(values);
    for (int i = 0; i < values.length; i++) {
      result[i] = -result[i];
    }
    return result;
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
