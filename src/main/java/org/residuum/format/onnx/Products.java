package org.residuum.format.onnx;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Transpose;
import org.residuum.network.op.Window;

/** Conv, Gemm and MatMul with constant weights. */
final class Products {
  private Products() {}

  static void enter(Operators operators) {
    operators.readsLayer(
        "Conv",
        Products::conv,
        "7 2 3 auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints strides:ints");
    operators.readsLayer(
        "Gemm",
        Products::gemm,
        "7 3 3 alpha:float beta:float transA:int transB:int",
        "11 2 3 alpha:float beta:float transA:int transB:int");
    operators.readsLayer("MatMul", Products::matMul, "7 2 2");
    operators.writes(Conv2d.class, Products::write);
    operators.writes(Dense.class, Products::write);
  }

  private static void conv(Step step) throws FormatException {
    Constant weight = floats(step, 1, "the weight");
    int axes = weight.rank() - 2;
    if (axes != 1 && axes != 2) {
      throw step.error("only convolutions over one or two axes are supported");
    }
    Value x = null;
    int[] padding = null;
    if (axes == 2 && step.item(0) instanceof Selection selection) {
      padding = selection.asPadding();
      x = padding == null ? null : selection.base();
    }
    x = Images.of(step, x == null ? step.value(0) : x, axes);
    long[] kernel = kernel(step, weight);
    int groups = Math.toIntExact(step.integer("group", 1));
    Window window = Windows.of(step, kernel, padded(x.shape().toArray(), padding), false);
    boolean bias = step.has(2);
    int[] w = weight.extents();
    Conv2d op = new Conv2d(w[0], grown(window, padding), groups, bias, Epilogue.NONE);
    if (Math.multiplyExact(w[1], groups) != x.shape().extent(1)) {
      throw step.error(
          "the weight takes " + w[1] + " × " + groups + " channels, x has " + x.shape().extent(1));
    }
    Constant images = axes == 1 ? weight.reshaped(w[0], w[1], 1, w[2]) : weight;
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(step.parameter(step.inputName(1), "weight", images, ParameterSpec.Role.WEIGHT));
    if (bias) {
      Constant b = floats(step, 2, "the bias");
      requireSize(step, b, w[0]);
      specs.add(
          step.parameter(step.inputName(2), "bias", b.reshaped(w[0]), ParameterSpec.Role.BIAS));
    }
    step.result(Images.back(step, step.append("", op, specs, x), axes));
  }

  private static long[] kernel(Step step, Constant weight) throws FormatException {
    long[] kernel = Arrays.stream(weight.extents()).skip(2).asLongStream().toArray();
    long[] stated = step.integers("kernel_shape");
    if (stated != null && !Arrays.equals(stated, kernel)) {
      throw step.error(
          "kernel_shape is "
              + Arrays.toString(stated)
              + ", the weight's "
              + Arrays.toString(kernel));
    }
    return kernel;
  }

  private static int[] padded(int[] x, int[] padding) {
    if (padding != null) {
      x[2] += padding[0] + padding[2];
      x[3] += padding[1] + padding[3];
    }
    return x;
  }

  private static Window grown(Window window, int[] padding) {
    return padding == null
        ? window
        : Window.of(window.height(), window.width())
            .stride(window.strideY(), window.strideX())
            .pad(
                window.padTop() + padding[0],
                window.padLeft() + padding[1],
                window.padBottom() + padding[2],
                window.padRight() + padding[3])
            .dilation(window.dilationY(), window.dilationX());
  }

  /** y = alpha A' B' + beta C. */
  private static void gemm(Step step) throws FormatException {
    Value a = step.value(0);
    Constant b = floats(step, 1, "B");
    if (a.shape().rank() != 2 || b.rank() != 2) {
      throw step.error("A and B must be matrices");
    }
    if (step.integer("transA", 0) != 0) {
      a = step.append("a", new Transpose(List.of(1, 0)), a);
    }
    float alpha = step.number("alpha", 1);
    float beta = step.number("beta", 1);
    Constant rows = step.integer("transB", 0) != 0 ? b : transposed(step, b);
    Constant weight = scaled(step, rows, alpha);
    int out = weight.extents()[0];
    if (!step.has(2) || beta == 0) {
      step.result(dense(step, a, weight, step.inputName(1), null, null));
    } else if (step.item(2) instanceof Constant c && isBias(c, out)) {
      Constant bias = scaled(step, bias(c, out), beta);
      step.result(dense(step, a, weight, step.inputName(1), bias, step.inputName(2)));
    } else {
      Value y = dense(step, a, weight, step.inputName(1), null, null);
      step.result(Arithmetic.add(step, new Item.Live(y), addend(step, beta)));
    }
  }

  private static Item addend(Step step, float beta) throws FormatException {
    if (step.item(2) instanceof Constant c) {
      return scaled(step, c, beta);
    }
    if (beta != 1) {
      throw step.error("beta " + beta + " needs a constant C");
    }
    return new Item.Live(step.value(2));
  }

  private static void matMul(Step step) throws FormatException {
    Constant b = floats(step, 1, "the second factor");
    int[] x = step.item(0).extents();
    int rank = x.length;
    if (b.rank() != 2 || rank < 2) {
      throw step.error("only products (.., in) × (in, out) are supported");
    }
    Constant weight = transposed(step, b);
    if (rank == 2) {
      step.result(new Product(step.value(0), weight, step.inputName(1), step));
      return;
    }
    if (step.value(0).shape().isBatched()) {
      throw step.error("rows of a free batch size must be (N, in)");
    }
    int rows = 1;
    for (int axis = 0; axis < rank - 1; axis++) {
      rows = Math.multiplyExact(rows, x[axis]);
    }
    Value flat = step.reshape("rows", step.value(0), rows, x[rank - 1]);
    int[] y = x.clone();
    y[rank - 1] = weight.extents()[0];
    Value product = dense(step, flat, weight, step.inputName(1), null, null);
    step.result(step.reshape("reshape", product, y));
  }

  /**
   * Appends a dense layer.
   *
   * @param weight (out, in)
   * @param bias (out), or null
   */
  static Value dense(
      Step step, Value x, Constant weight, String weightName, Constant bias, String biasName)
      throws FormatException {
    int[] w = weight.extents();
    if (x.shape().rank() != 2 || x.shape().extent(1) != w[1]) {
      throw step.error("the weight takes vectors of " + w[1] + ", x is " + x.shape());
    }
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(step.parameter(weightName, "weight", weight, ParameterSpec.Role.WEIGHT));
    if (bias != null) {
      specs.add(step.parameter(biasName, "bias", bias, ParameterSpec.Role.BIAS));
    }
    return step.append("", new Dense(w[0], bias != null, Epilogue.NONE), specs, x);
  }

  /** Whether c is one row of {@code out} values or a single value. */
  static boolean isBias(Constant c, int out) {
    boolean row = c.rank() == 1 || (c.rank() == 2 && c.extents()[0] == 1);
    return c.isFloat() && (c.size() == 1 && c.rank() <= 2 || row && c.size() == out);
  }

  static Constant bias(Constant c, int out) {
    if (c.size() == out) {
      return c.reshaped(out);
    }
    float[] bias = new float[out];
    Arrays.fill(bias, c.number(0));
    return Constant.ofFloats(new int[] {out}, FloatBuffer.wrap(bias));
  }

  private static Constant transposed(Step step, Constant matrix) throws FormatException {
    return Moves.transposed(step, matrix, new int[] {1, 0});
  }

  private static Constant scaled(Step step, Constant c, float factor) throws FormatException {
    if (factor == 1) {
      return c;
    }
    step.graph().budget().charge((long) Float.BYTES * c.size(), step.title());
    float[] values = new float[c.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = factor * c.number(i);
    }
    return Constant.ofFloats(c.extents(), FloatBuffer.wrap(values));
  }

  static Constant floats(Step step, int input, String what) throws FormatException {
    Constant constant = step.constant(input, what);
    if (!constant.isFloat()) {
      throw step.error(what + " must be of a float type");
    }
    return constant;
  }

  static void requireSize(Step step, Constant c, int size) throws FormatException {
    if (c.size() != size) {
      throw step.error("one value a channel is needed, " + size + ", not " + c.size());
    }
  }

  private static void write(Export to, Node node, Conv2d op) {
    GraphWriter.NodeWriter made =
        Windows.write(to.start("Conv", node), op.window()).attribute("group", op.groups());
    product(to, node, made, op.epilogue());
  }

  private static void write(Export to, Node node, Dense op) {
    product(to, node, to.start("Gemm", node).attribute("transB", 1), op.epilogue());
  }

  /** Weight and bias, then the sum with the residual, then the activation. */
  private static void product(
      Export to, Node node, GraphWriter.NodeWriter made, Epilogue epilogue) {
    node.parameters().forEach(spec -> made.input(spec.name()));
    if (!epilogue.residual()) {
      to.finish(node, made, "product", epilogue.activation());
      return;
    }
    String product = made.write(to.unique(node.name() + ".product"));
    GraphWriter.NodeWriter sum = to.node("Add", node.name() + ".add").input(product);
    to.finish(node, sum.input(to.input(node, 1)), "sum", epilogue.activation());
  }
}
