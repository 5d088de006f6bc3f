package org.residuum.backend.reference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.SoftmaxCrossEntropyGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Gather;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Input;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Op;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.SoftmaxCrossEntropy;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;
import org.residuum.network.op.Window;

/**
 * Computes every value of a network in double precision, images as (N, C, H, W). A training batch
 * norm moves its running statistics in {@code parameters}.
 */
public final class Evaluator {
  private final Network network;
  private final Map<String, double[]> parameters;
  private final int batch;
  private final Map<Value, double[]> values = new HashMap<>();

  private Evaluator(Network network, Map<String, double[]> parameters, int batch) {
    this.network = network;
    this.parameters = parameters;
    this.batch = batch;
  }

  /**
   * Every value of the network.
   *
   * @param inputs by name, (batch, ...) flat
   * @param parameters by name, PyTorch's layout flat; running statistics are overwritten in
   *     training
   */
  public static Map<Value, double[]> evaluate(
      Network network, Map<String, double[]> inputs, Map<String, double[]> parameters, int batch) {
    Evaluator run = new Evaluator(network, parameters, batch);
    for (Node node : network.nodes()) {
      if (node.op() instanceof Input) {
        run.values.put(node.output(), run.input(node, inputs));
      } else {
        run.step(node);
      }
    }
    return run.values;
  }

  private double[] input(Node node, Map<String, double[]> inputs) {
    double[] given = inputs.get(node.name());
    long wanted = node.output().shape().elements(batch);
    if (given == null || given.length != wanted) {
      throw new IllegalArgumentException(
          "input "
              + node.name()
              + " of "
              + network.name()
              + " needs "
              + wanted
              + " values for a batch of "
              + batch
              + ", not "
              + (given == null ? "none" : given.length));
    }
    return given;
  }

  private void step(Node node) {
    double[][] results = compute(node);
    for (int i = 0; i < results.length; i++) {
      values.put(node.outputs().get(i), results[i]);
    }
  }

  private double[][] compute(Node node) {
    Op op = node.op();
    if (op instanceof BatchNorm norm) {
      return batchNorm(node, norm);
    }
    if (op instanceof JointGradient gradient) {
      return batchNormGradient(node, (BatchNorm) gradient.forward());
    }
    if (op instanceof WeightGradient gradient) {
      return weightGradient(node, gradient.forward());
    }
    return new double[][] {single(node, op)};
  }

  private double[] single(Node node, Op op) {
    double[] x = value(node, 0);
    Dims from = dims(node.inputs().get(0).shape());
    Shape result = node.output().shape();
    if (op instanceof Conv2d conv) {
      double[] y =
          Products.forward(conv, x, from, parameter(node, 0), parameter(node, 1), dims(result));
      return epilogue(node, conv.epilogue(), y);
    }
    if (op instanceof Dense dense) {
      Conv2d conv = asConvolution(dense);
      double[] y =
          Products.forward(conv, x, from, parameter(node, 0), parameter(node, 1), dims(result));
      return epilogue(node, dense.epilogue(), y);
    }
    if (op instanceof Activate activate) {
      return map(x, activate.activation());
    }
    if (op instanceof Add add) {
      return map(sum(x, value(node, 1)), add.activation());
    }
    if (op instanceof Multiply) {
      return multiply(x, value(node, 1));
    }
    if (op instanceof Pool2d pool) {
      return Pooling.forward(pool, x, from, dims(result));
    }
    if (op instanceof GlobalAveragePool) {
      return Pixels.mean(x, from);
    }
    if (op instanceof Reshape) {
      return x;
    }
    if (op instanceof Softmax) {
      return Losses.softmax(x, from.c());
    }
    if (op instanceof Subsample subsample) {
      return Pixels.subsample(x, from, dims(result), subsample.stride());
    }
    if (op instanceof PadChannels pad) {
      return Pixels.shiftChannels(x, from, dims(result), -pad.before());
    }
    if (op instanceof SliceChannels slice) {
      return Pixels.shiftChannels(x, from, dims(result), slice.from());
    }
    if (op instanceof Gather gather) {
      return Movement.gather(gather, x, extents(node.inputs().get(0)));
    }
    if (op instanceof Transpose transpose) {
      int[] to = extents(node.output());
      return Movement.transpose(transpose.permutation(), x, extents(node.inputs().get(0)), to);
    }
    if (op instanceof Concat concat) {
      List<double[]> parts = node.inputs().stream().map(values::get).toList();
      List<int[]> shapes = node.inputs().stream().map(this::extents).toList();
      return Movement.concat(concat.axis(), parts, shapes, extents(node.output()));
    }
    if (op instanceof SoftmaxCrossEntropy loss) {
      return Losses.crossEntropy(x, value(node, 1), from.c(), loss.labelSmoothing());
    }
    if (op instanceof SoftmaxCrossEntropyGradient loss) {
      return Losses.crossEntropyGradient(x, value(node, 1), from.c(), loss.labelSmoothing());
    }
    if (op instanceof InputGradient gradient) {
      double[] dx = inputGradient(node, gradient);
      return gradient.residual() ? sum(dx, value(node, node.inputs().size() - 1)) : dx;
    }
    throw new IllegalArgumentException("the reference backend does not know " + op.label());
  }

  private double[] inputGradient(Node node, InputGradient gradient) {
    double[] first = value(node, 0);
    double[] dy = value(node, gradient.indexOfDy());
    Dims x = dims(gradient.inputShape());
    Dims y = dims(node.inputs().get(gradient.indexOfDy()).shape());
    Op forward = gradient.forward();
    if (forward instanceof Conv2d conv) {
      return Products.inputGradient(conv, parameter(node, 0), dy, x, y);
    }
    if (forward instanceof Dense dense) {
      return Products.inputGradient(asConvolution(dense), parameter(node, 0), dy, x, y);
    }
    if (forward instanceof Pool2d pool) {
      return Pooling.gradient(pool, first, dy, x, y);
    }
    if (forward instanceof GlobalAveragePool) {
      return Pixels.meanGradient(dy, x);
    }
    if (forward instanceof Subsample subsample) {
      return Pixels.subsampleGradient(dy, x, y, subsample.stride());
    }
    if (forward instanceof Softmax) {
      return Losses.softmaxGradient(first, dy, x.c());
    }
    if (forward instanceof Multiply) {
      return multiply(first, dy);
    }
    return activationGradient(((Activate) forward).activation(), first, dy);
  }

  private double[][] weightGradient(Node node, Op forward) {
    Dims x = dims(node.inputs().get(0).shape());
    Dims y = dims(node.inputs().get(1).shape());
    Conv2d conv = forward instanceof Dense dense ? asConvolution(dense) : (Conv2d) forward;
    double[] dy = value(node, 1);
    double[] dw = Products.weightGradient(conv, value(node, 0), dy, x, y);
    return conv.bias() ? new double[][] {dw, Products.biasGradient(dy, y)} : new double[][] {dw};
  }

  private double[][] batchNorm(Node node, BatchNorm op) {
    double[] x = value(node, 0);
    Dims dims = dims(node.inputs().get(0).shape());
    double[] mean = parameter(node, 2);
    double[] var = parameter(node, 3);
    double[] gamma = parameter(node, 0);
    double[] beta = parameter(node, 1);
    if (!op.training()) {
      return new double[][] {Normalization.normalize(op, x, dims, mean, var, gamma, beta)};
    }
    double[][] own = Normalization.statistics(x, dims);
    Normalization.updateRunning(op, dims, own, mean, var);
    double[] y = Normalization.normalize(op, x, dims, own[0], own[1], gamma, beta);
    return new double[][] {y, own[0], own[1]};
  }

  private double[][] batchNormGradient(Node node, BatchNorm op) {
    Dims dims = dims(node.inputs().get(0).shape());
    double[] dy = value(node, node.inputs().size() - 1);
    if (!op.activation().isNone()) {
      dy = activationGradient(op.activation(), value(node, 3), dy);
    }
    return Normalization.gradient(
        op, value(node, 0), dims, value(node, 1), value(node, 2), parameter(node, 0), dy);
  }

  private double[] epilogue(Node node, Epilogue epilogue, double[] y) {
    double[] sum = epilogue.residual() ? sum(y, value(node, 1)) : y;
    return map(sum, epilogue.activation());
  }

  private static double[] sum(double[] a, double[] b) {
    double[] y = new double[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = a[i] + b[i];
    }
    return y;
  }

  /** b has a's length, or one value for each of a's channels. */
  private static double[] multiply(double[] a, double[] b) {
    double[] y = new double[a.length];
    int run = a.length / b.length;
    for (int i = 0; i < y.length; i++) {
      y[i] = a[i] * b[i / run];
    }
    return y;
  }

  private static double[] map(double[] x, Activation activation) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = activation.apply(x[i]);
    }
    return y;
  }

  private static double[] activationGradient(Activation activation, double[] y, double[] dy) {
    double[] dx = new double[y.length];
    for (int i = 0; i < dx.length; i++) {
      dx[i] = dy[i] * activation.derivative(y[i]);
    }
    return dx;
  }

  private static Conv2d asConvolution(Dense dense) {
    return new Conv2d(dense.outFeatures(), Window.square(1, 1, 0), 1, dense.bias(), Epilogue.NONE);
  }

  private double[] value(Node node, int input) {
    return values.get(node.inputs().get(input));
  }

  private double[] parameter(Node node, int index) {
    List<ParameterSpec> specs = node.parameters();
    return index < specs.size() ? parameters.get(specs.get(index).name()) : null;
  }

  private int[] extents(Value value) {
    return value.shape().withBatch(batch).toArray();
  }

  private Dims dims(Shape shape) {
    return Dims.of(shape, batch);
  }
}
