package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.PRelu;

/** Activations, with a learned slope, too, and what exporters write in their place. */
final class Pointwise {
  private Pointwise() {}

  static void enter(Operators operators) {
    operators.reads("Relu", Pointwise::relu, "7 1 1");
    operators.reads("Clip", Pointwise::clip, "7 1 1 max:float min:float", "11 1 3");
    operators.reads("Sigmoid", Pointwise::sigmoid, "7 1 1");
    operators.reads("HardSigmoid", Pointwise::hardSigmoid, "7 1 1 alpha:float beta:float");
    operators.reads("LeakyRelu", Pointwise::leakyRelu, "7 1 1 alpha:float");
    operators.recognizes("Silu", step -> activate(step, Activation.SILU), Pointwise::silu, "Mul");
    operators.reads("HardSwish", step -> activate(step, Activation.HARDSWISH), "14 1 1");
    operators.recognizes(
        "Hardswish",
        step -> activate(step, Activation.HARDSWISH),
        Pointwise::hardswish,
        "Mul",
        "Div");
    operators.readsLayer("PRelu", Pointwise::prelu, "7 2 2");
    operators.writes(
        PRelu.class,
        (to, node, op) -> {
          int rank = op.perChannel() ? node.output().shape().rank() : 2;
          String slope = to.byChannel(node.parameters().get(0), rank);
          to.finish(node, to.start("PRelu", node).input(slope));
        });
    operators.reads("Gelu", Pointwise::gelu, "20 1 1 approximate:string");
    operators.recognizes("Gelu", Pointwise::gelu, Pointwise::geluOfErf, "Mul");
    operators.recognizes("Gelu", Pointwise::gelu, Pointwise::geluOfTanh, "Mul");
    operators.writes(Activate.class, Pointwise::write);
  }

  private static void relu(Step step) throws FormatException {
    activate(step, Activation.RELU);
  }

  private static void sigmoid(Step step) throws FormatException {
    activate(step, Activation.SIGMOID);
  }

  /** min(max(alpha x + beta, 0), 1) */
  private static void hardSigmoid(Step step) throws FormatException {
    Constant alpha = Constant.scalar(step.number("alpha", 0.2f));
    Item scaled = Arithmetic.multiply(step, new Item.Live(step.value(0)), alpha);
    Item sum = Arithmetic.add(step, scaled, Constant.scalar(step.number("beta", 0.5f)));
    Value line = ((Item.Live) sum).value();
    step.result(step.append("", new Activate(Activation.clip(0, 1)), line));
  }

  private static void leakyRelu(Step step) throws FormatException {
    activate(step, Activation.leakyRelu(step.number("alpha", 0.01f)));
  }

  /** x · Sigmoid(x) */
  private static NodeProto silu(Formula formula, NodeProto last) {
    for (String factor : last.inputs()) {
      NodeProto sigmoid = formula.maker(factor, "Sigmoid");
      String x = sigmoid == null ? "" : sigmoid.inputs().get(0);
      if (last.inputs().equals(List.of(x, factor)) || last.inputs().equals(List.of(factor, x))) {
        return Operators.recognized(last, "Silu", List.of(x));
      }
    }
    return null;
  }

  private static void gelu(Step step) throws FormatException {
    String approximate = step.text("approximate", "none");
    if (!approximate.equals("none") && !approximate.equals("tanh")) {
      throw step.error(
          "approximate " + FormatException.quote(approximate) + " is neither none nor tanh");
    }
    activate(step, approximate.equals("tanh") ? Activation.GELU_TANH : Activation.GELU);
  }

  /** x · (1 + Erf(x / √2)) / 2 */
  private static NodeProto geluOfErf(Formula formula, NodeProto last) {
    Formula.Terms product = formula.product(last.outputs().get(0), "");
    for (String factor : product == null ? List.<String>of() : product.values()) {
      NodeProto erf = onePlus(formula, factor, "Erf");
      Formula.Terms scaled = erf == null ? null : formula.scaled(erf.inputs().get(0));
      if (scaled != null && Formula.isNear(scaled.constant(), Math.sqrt(0.5))) {
        String x = scaled.values().get(0);
        Formula.Terms whole = formula.product(last.outputs().get(0), x);
        if (whole != null && whole.are(0.5, x, factor)) {
          return Operators.recognized(
              last, "Gelu", List.of(x), AttributeProto.of("approximate", "none"));
        }
      }
    }
    return null;
  }

  /** x · (1 + Tanh(√(2/π) · (x + 0.044715 · x³))) / 2 */
  private static NodeProto geluOfTanh(Formula formula, NodeProto last) {
    Formula.Terms product = formula.product(last.outputs().get(0), "");
    for (String factor : product == null ? List.<String>of() : product.values()) {
      NodeProto tanh = onePlus(formula, factor, "Tanh");
      Formula.Terms scaled = tanh == null ? null : formula.scaled(tanh.inputs().get(0));
      Formula.Terms sum = scaled == null ? null : formula.sum(scaled.values().get(0));
      boolean isGelu = sum != null && Formula.isNear(scaled.constant(), Math.sqrt(2 / Math.PI));
      for (String x : isGelu ? sum.values() : List.<String>of()) {
        Formula.Terms whole = formula.product(last.outputs().get(0), x);
        if (isCubic(formula, sum, x) && whole != null && whole.are(0.5, x, factor)) {
          return Operators.recognized(
              last, "Gelu", List.of(x), AttributeProto.of("approximate", "tanh"));
        }
      }
    }
    return null;
  }

  private static boolean isCubic(Formula formula, Formula.Terms sum, String x) {
    List<String> others = new ArrayList<>(sum.values());
    others.remove(x);
    Formula.Terms cube = others.size() == 1 ? formula.product(others.get(0), x) : null;
    return sum.constant() == 0 && cube != null && cube.are(0.044715, x, x, x);
  }

  /** The node of that operator in 1 + operator(..); null for anything else. */
  private static NodeProto onePlus(Formula formula, String value, String opType) {
    Formula.Terms sum = formula.sum(value);
    boolean isOne = sum != null && sum.constant() == 1 && sum.values().size() == 1;
    return isOne ? formula.maker(sum.values().get(0), opType) : null;
  }

  /** x · HardSigmoid(x) of slope 1/6 and shift 1/2, or x · Clip(x + 3, 0, 6) / 6 */
  private static NodeProto hardswish(Formula formula, NodeProto last) {
    Formula.Terms product = formula.product(last.outputs().get(0), "");
    for (String factor : product == null ? List.<String>of() : product.values()) {
      NodeProto hard = formula.maker(factor, "HardSigmoid");
      NodeProto clip = formula.maker(factor, "Clip");
      String x = "";
      double scale = 1;
      if (hard != null && isSixth(hard)) {
        x = hard.inputs().get(0);
      } else if (clip != null && isSix(formula, clip)) {
        Formula.Terms sum = formula.sum(clip.inputs().get(0));
        x = sum != null && sum.constant() == 3 ? String.join("", sum.values()) : "";
        scale = 1.0 / 6;
      }
      Formula.Terms whole = formula.product(last.outputs().get(0), x);
      if (!x.isEmpty() && whole != null && whole.are(scale, x, factor)) {
        return Operators.recognized(last, "Hardswish", List.of(x));
      }
    }
    return null;
  }

  private static boolean isSixth(NodeProto hardSigmoid) {
    AttributeProto alpha = hardSigmoid.attributes().get("alpha");
    AttributeProto beta = hardSigmoid.attributes().get("beta");
    return alpha != null
        && Formula.isNear(alpha.values().f(), 1.0 / 6)
        && (beta == null || beta.values().f() == 0.5f);
  }

  private static boolean isSix(Formula formula, NodeProto clip) {
    return clip.inputs().size() == 3
        && formula.number(clip.inputs().get(1)) == 0
        && formula.number(clip.inputs().get(2)) == 6;
  }

  /** One slope, or one for each index of axis 1. */
  private static void prelu(Step step) throws FormatException {
    Value x = step.value(0);
    Constant slope = Products.floats(step, 1, "the slope");
    int[] e = x.shape().toArray();
    int[] column = new int[Math.max(1, e.length - 1)];
    Arrays.fill(column, 1);
    boolean single = slope.size() == 1;
    column[0] = single ? 1 : e.length < 2 ? 0 : e[1];
    int[] stated = slope.extents();
    boolean leading = stated.length == e.length && stated[0] == 1;
    int[] own = leading ? Arrays.copyOfRange(stated, 1, e.length) : stated;
    if (!single && !Arrays.equals(own, column)) {
      throw step.error("one slope, or one a channel, is needed, not " + slope);
    }
    ParameterSpec spec =
        step.parameter(
            step.inputName(1), "weight", slope.reshaped(column[0]), ParameterSpec.Role.GAMMA);
    Value images = e.length == 3 ? Images.of(step, x, 1) : x;
    Value y = step.append("", new PRelu(!single), List.of(spec), images);
    step.result(e.length == 3 ? Images.back(step, y, 1) : y);
  }

  /** Bounds are attributes before opset 11, inputs since. */
  private static void clip(Step step) throws FormatException {
    boolean attributes = step.opset() < 11;
    float low =
        attributes ? step.number("min", -Float.MAX_VALUE) : bound(step, 1, -Float.MAX_VALUE);
    float high = attributes ? step.number("max", Float.MAX_VALUE) : bound(step, 2, Float.MAX_VALUE);
    // Where the bounds are the wrong way round, ONNX gives the upper one everywhere.
    low = Math.min(low, high);
    activate(
        step, low == 0 && high == Float.MAX_VALUE ? Activation.RELU : Activation.clip(low, high));
  }

  private static float bound(Step step, int input, float missing) throws FormatException {
    if (!step.has(input)) {
      return missing;
    }
    Constant bound = step.constant(input, "a bound");
    if (bound.size() != 1) {
      throw step.error("a bound must be one number, not " + bound);
    }
    return bound.number(0);
  }

  private static void activate(Step step, Activation activation) throws FormatException {
    step.result(step.append("", new Activate(activation), step.value(0)));
  }

  private static void write(Export to, Node node, Activate op) {
    to.finish(node, activate(to, node.name(), op.activation(), to.input(node, 0)));
  }

  /** The last operator of an activation, its result not named yet. */
  static GraphWriter.NodeWriter activate(Export to, String name, Activation activation, String x) {
    return switch (activation.kind()) {
      case NONE -> to.node("Identity", name).input(x);
      case RELU -> to.node("Relu", name).input(x);
      case SIGMOID -> to.node("Sigmoid", name).input(x);
      case SILU ->
          to.node("Mul", name)
              .input(x)
              .input(to.node("Sigmoid", name + ".sigmoid").input(x).write(to.unique(name + ".s")));
      case HARDSWISH -> hardswish(to, name, x);
      case GELU, GELU_TANH -> gelu(to, name, activation.kind() == Activation.Kind.GELU_TANH, x);
      case LEAKY_RELU -> to.node("LeakyRelu", name).input(x).attribute("alpha", activation.low());
      case CLIP ->
          to.node("Clip", name)
              .input(x)
              .input(to.scalar(name + ".min", activation.low()))
              .input(to.scalar(name + ".max", activation.high()));
    };
  }

  private static GraphWriter.NodeWriter hardswish(Export to, String name, String x) {
    if (to.opset() >= 14) {
      return to.node("HardSwish", name).input(x);
    }
    GraphWriter.NodeWriter hard = to.node("HardSigmoid", name + ".hard").input(x);
    hard.attribute("alpha", 1f / 6).attribute("beta", 0.5f);
    return to.node("Mul", name).input(x).input(hard.write(to.unique(name + ".h")));
  }

  private static GraphWriter.NodeWriter gelu(Export to, String name, boolean tanh, String x) {
    if (to.opset() >= 20) {
      return to.node("Gelu", name).input(x).attribute("approximate", tanh ? "tanh" : "none");
    }
    String part = tanh ? tanhOfCubic(to, name, x) : erfOfScaled(to, name, x);
    String sum = to.make("Add", name + ".sum", part, to.scalar(name + ".one", 1));
    String product = to.make("Mul", name + ".product", x, sum);
    return to.node("Mul", name).input(product).input(to.scalar(name + ".half", 0.5f));
  }

  private static String erfOfScaled(Export to, String name, String x) {
    String root = to.scalar(name + ".root2", (float) Math.sqrt(2));
    return to.make("Erf", name + ".erf", to.make("Div", name + ".scaled", x, root));
  }

  private static String tanhOfCubic(Export to, String name, String x) {
    String square = to.make("Mul", name + ".square", x, x);
    String cube = to.make("Mul", name + ".cube", square, x);
    String small = to.make("Mul", name + ".small", cube, to.scalar(name + ".cubic", 0.044715f));
    String sum = to.make("Add", name + ".argument", x, small);
    String scale = to.scalar(name + ".scale", (float) Math.sqrt(2 / Math.PI));
    return to.make("Tanh", name + ".tanh", to.make("Mul", name + ".scaled", sum, scale));
  }
}
