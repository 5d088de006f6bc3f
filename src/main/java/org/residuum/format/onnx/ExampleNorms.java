package org.residuum.format.onnx;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.GroupNorm;
import org.residuum.network.op.LayerNorm;

/** Normalisation within each example: by groups of channels, by channel, by row. */
final class ExampleNorms {
  private static final float EPSILON = 1e-5f;

  private ExampleNorms() {}

  static void enter(Operators operators) {
    operators.readsLayer(
        "InstanceNormalization", ExampleNorms::instanceNormalization, "7 3 3 epsilon:float");
    operators.readsLayer(
        "GroupNormalization",
        ExampleNorms::groupNormalization,
        "18 3 3 epsilon:float num_groups:int!",
        "21 3 3 epsilon:float num_groups:int! stash_type:int");
    operators.recognizes(
        "GroupNorm", ExampleNorms::recognizedGroupNorm, ExampleNorms::groupNorm, "Add");
    operators.writes(GroupNorm.class, ExampleNorms::write);
    operators.readsLayer(
        "LayerNormalization",
        ExampleNorms::layerNormalization,
        "17 2 3 axis:int epsilon:float stash_type:int");
    operators.recognizes(
        "LayerNorm", ExampleNorms::recognizedLayerNorm, ExampleNorms::layerNorm, "Add");
    operators.recognizes(
        "PlainLayerNorm", ExampleNorms::layerNormalization, ExampleNorms::plainLayerNorm, "Div");
    operators.writes(LayerNorm.class, ExampleNorms::write);
  }

  // Groups of channels

  private static void instanceNormalization(Step step) throws FormatException {
    int[] e = step.item(0).extents();
    if (e.length < 3) {
      throw step.error("x must be (N, C, ...) with pixels");
    }
    step.result(groupNorm(step, e[1], e, affine(step, e[1])));
  }

  private static void groupNormalization(Step step) throws FormatException {
    requireFloats(step);
    int[] e = step.item(0).extents();
    int groups = groups(step, e);
    step.result(groupNorm(step, groups, e, affine(step, e[1])));
  }

  private static void recognizedGroupNorm(Step step) throws FormatException {
    int[] e = step.item(0).extents();
    int groups = groups(step, e);
    if (step.has(3)) {
      requireShape(step, e);
    }
    if (isAlong(step, 1, e, 1) && isAlong(step, 2, e, 1)) {
      step.result(groupNorm(step, groups, e, affine(step, e[1])));
    } else {
      step.result(scaled(step, groupNorm(step, groups, e, plain(step, e[1]))));
    }
  }

  /** Whether an input is a constant with one value, or one for each index of an axis of x. */
  private static boolean isAlong(Step step, int input, int[] e, int axis) throws FormatException {
    if (!(step.item(input) instanceof Constant constant)
        || !constant.isFloat()
        || constant.rank() > e.length) {
      return false;
    }
    int[] aligned = Broadcast.aligned(constant.extents(), e.length);
    return constant.size() == 1 || constant.size() == e[axis] && aligned[axis] == e[axis];
  }

  /** Times the second input, plus the third, whatever their shapes. */
  private static Item scaled(Step step, Item normal) throws FormatException {
    return Arithmetic.add(step, Arithmetic.multiply(step, normal, step.item(1)), step.item(2));
  }

  private static int groups(Step step, int[] e) throws FormatException {
    if (e.length < 2) {
      throw step.error("x must be (N, C, ...)");
    }
    int groups = Math.toIntExact(step.integer("num_groups", 0));
    if (groups < 1 || e[1] % groups != 0) {
      throw step.error(e[1] + " channels are not divisible into " + groups + " groups");
    }
    return groups;
  }

  /** A shape that the exporter stated for what has x's. */
  private static void requireShape(Step step, int[] e) throws FormatException {
    long[] stated = step.integers(3, "the shape");
    boolean same = stated.length == e.length;
    for (int axis = 0; same && axis < e.length; axis++) {
      boolean free = axis == 0 && e[0] == Shape.N;
      same = free ? step.graph().isBatch(stated[0]) : stated[axis] == e[axis];
    }
    if (!same) {
      throw step.error("a group norm whose result has another shape than x is not supported");
    }
  }

  private static void requireFloats(Step step) throws FormatException {
    DataType stash = DataType.of(step.integer("stash_type", 1));
    if (stash != DataType.of(1)) {
      throw step.error("statistics of type " + stash + " are not supported; stash_type 1 is");
    }
  }

  private static Item groupNorm(Step step, int groups, int[] e, List<ParameterSpec> affine)
      throws FormatException {
    Value x = e.length == 2 || e.length == 4 ? step.value(0) : images(step, e);
    GroupNorm op = new GroupNorm(groups, step.number("epsilon", EPSILON), false);
    return new Item.Live(step.reshape("reshape", step.append("", op, affine, x), e));
  }

  private static Value images(Step step, int[] e) throws FormatException {
    int pixels = Arrays.stream(e, 2, e.length).reduce(1, Math::multiplyExact);
    return step.reshape("images", step.value(0), e[0], e[1], pixels, 1);
  }

  /** Factors and summands, of which each may be there once for several channels, or not at all. */
  private static List<ParameterSpec> affine(Step step, int channels) throws FormatException {
    return List.of(
        spec(step, 1, "weight", ParameterSpec.Role.GAMMA, channels),
        spec(step, 2, "bias", ParameterSpec.Role.BETA, channels));
  }

  /** Factors of 1 and summands of 0. */
  private static List<ParameterSpec> plain(Step step, int channels) throws FormatException {
    return List.of(
        initial(step, "weight", ParameterSpec.Role.GAMMA, channels),
        initial(step, "bias", ParameterSpec.Role.BETA, channels));
  }

  private static ParameterSpec initial(
      Step step, String kind, ParameterSpec.Role role, int channels) throws FormatException {
    float[] values = new float[channels];
    Arrays.fill(values, role.initial());
    return step.parameter(null, kind, constant(values), role);
  }

  private static ParameterSpec spec(
      Step step, int input, String kind, ParameterSpec.Role role, int channels)
      throws FormatException {
    if (!step.has(input)) {
      return initial(step, kind, role, channels);
    }
    Constant stated = Products.floats(step, input, kind);
    if (stated.size() == channels) {
      return step.parameter(step.inputName(input), kind, stated.reshaped(channels), role);
    }
    if (stated.size() == 0 || channels % stated.size() != 0) {
      throw step.error("one value a channel or group is needed, not " + stated.size());
    }
    float[] values = new float[channels];
    for (int i = 0; i < channels; i++) {
      values[i] = stated.number(i / (channels / stated.size()));
    }
    return step.parameter(step.inputName(input), kind, constant(values), role);
  }

  private static Constant constant(float[] values) {
    return Constant.ofFloats(new int[] {values.length}, FloatBuffer.wrap(values));
  }

  /** PyTorch's: Reshape to (N, groups, -1), InstanceNormalization, Reshape back, Mul, Add. */
  private static NodeProto groupNorm(Formula formula, NodeProto last) {
    String[] mul = formula.behind(last, "Mul");
    String[] back = mul == null ? null : formula.behind(formula.maker(mul[0], "Mul"), "Reshape");
    NodeProto reshape = back == null ? null : formula.maker(back[0], "Reshape");
    NodeProto norm =
        reshape == null ? null : formula.maker(reshape.inputs().get(0), "InstanceNormalization");
    NodeProto apart =
        norm == null || norm.inputs().size() != 3
            ? null
            : formula.maker(norm.inputs().get(0), "Reshape");
    if (apart == null
        || !formula.isFilled(norm.inputs().get(1), 1)
        || !formula.isFilled(norm.inputs().get(2), 0)) {
      return null;
    }
    String x = apart.inputs().get(0);
    Constant parts = formula.constant(apart.inputs().get(1));
    AttributeProto allowZero = apart.attributes().get("allowzero");
    boolean keepsExamples =
        parts != null
            && !parts.isFloat()
            && parts.size() == 3
            && parts.integer(0) == 0
            && parts.integer(2) == -1
            && (allowZero == null || allowZero.values().i() == 0);
    if (!keepsExamples) {
      return null;
    }
    String shape = reshape.inputs().get(1);
    NodeProto shapeOfX = formula.maker(shape, "Shape");
    boolean same = shapeOfX != null && shapeOfX.inputs().get(0).equals(x);
    if (!same && formula.constant(shape) == null) {
      return null;
    }
    AttributeProto epsilon = norm.attributes().get("epsilon");
    return Operators.recognized(
        last,
        "GroupNorm",
        List.of(x, back[1], mul[1], same ? "" : shape),
        AttributeProto.of("num_groups", parts.integer(1)),
        AttributeProto.of("epsilon", epsilon == null ? EPSILON : epsilon.values().f()));
  }

  private static void write(Export to, Node node, GroupNorm op) {
    requireInference(node, op.training());
    Shape x = node.inputs().get(0).shape();
    if (to.opset() >= 21) {
      GraphWriter.NodeWriter made = to.start("GroupNormalization", node);
      node.parameters().forEach(spec -> made.input(spec.name()));
      made.attribute("num_groups", op.groups()).attribute("epsilon", op.epsilon());
      to.finish(node, made);
      return;
    }
    String name = node.name();
    float[] ones = new float[op.groups()];
    Arrays.fill(ones, 1);
    String parts = to.integers(name + ".parts", 0, op.groups(), -1);
    String apart = to.make("Reshape", name + ".apart", to.input(node, 0), parts);
    GraphWriter.NodeWriter norm =
        to.node("InstanceNormalization", name + ".norm")
            .input(apart)
            .input(to.floats(name + ".ones", ones))
            .input(to.floats(name + ".zeros", new float[op.groups()]))
            .attribute("epsilon", op.epsilon());
    String normal = norm.write(to.unique(name + ".normal"));
    String shape = to.make("Shape", name + ".shape", to.input(node, 0));
    String back = to.make("Reshape", name + ".back", normal, shape);
    String scaled =
        to.make("Mul", name + ".scale", back, to.byChannel(node.parameters().get(0), x.rank()));
    String beta = to.byChannel(node.parameters().get(1), x.rank());
    to.finish(node, to.node("Add", name).input(scaled).input(beta));
  }

  private static void requireInference(Node node, boolean training) {
    if (training) {
      throw new IllegalArgumentException(
          "node " + node.name() + " is a norm in training; write the network for inference");
    }
  }

  // Rows

  /** Over the axes from {@code axis} on, which become one. */
  private static void layerNormalization(Step step) throws FormatException {
    requireFloats(step);
    int[] e = step.value(0).shape().toArray();
    int axis = rowAxis(step, e);
    int[] row = Arrays.copyOfRange(e, axis, e.length);
    List<ParameterSpec> affine =
        List.of(
            rowSpec(step, 1, "weight", ParameterSpec.Role.GAMMA, row),
            rowSpec(step, 2, "bias", ParameterSpec.Role.BETA, row));
    step.result(layerNorm(step, axis, affine));
  }

  private static void recognizedLayerNorm(Step step) throws FormatException {
    int[] e = step.value(0).shape().toArray();
    int axis = rowAxis(step, e);
    if (isAlong(step, 1, e, axis) && isAlong(step, 2, e, axis)) {
      step.result(layerNorm(step, axis, affine(step, e[axis])));
    } else {
      step.result(scaled(step, layerNorm(step, axis, plain(step, e[axis]))));
    }
  }

  private static int rowAxis(Step step, int[] e) throws FormatException {
    int axis = step.axis(step.integer("axis", -1), e.length);
    if (axis == 0) {
      throw step.error("normalising over the batch is not supported");
    }
    return axis;
  }

  /** Factors or summands, repeated for all elements of a row. */
  private static ParameterSpec rowSpec(
      Step step, int input, String kind, ParameterSpec.Role role, int[] row)
      throws FormatException {
    int features = Arrays.stream(row).reduce(1, Math::multiplyExact);
    if (!step.has(input)) {
      return initial(step, kind, role, features);
    }
    Constant stated = Products.floats(step, input, kind);
    if (!Arrays.equals(Broadcast.extents(step, row, stated.extents()), row)) {
      throw step.error(kind + " must have the shape of a row, " + Arrays.toString(row));
    }
    Constant wide = Broadcast.constant(step, stated, row).reshaped(features);
    return step.parameter(step.inputName(input), kind, wide, role);
  }

  private static Item layerNorm(Step step, int axis, List<ParameterSpec> affine)
      throws FormatException {
    Value x = step.value(0);
    int[] e = x.shape().toArray();
    boolean batched = x.shape().isBatched();
    int features = Arrays.stream(e, axis, e.length).reduce(1, Math::multiplyExact);
    int rows = Arrays.stream(e, batched ? 1 : 0, axis).reduce(1, Math::multiplyExact);
    int[] flat = {batched ? Shape.N : rows, features};
    int[] byRow = batched && rows > 1 ? new int[] {Shape.N, rows, features} : flat;
    LayerNorm op = new LayerNorm(step.number("epsilon", EPSILON), false);
    Value y = step.append("", op, affine, step.reshape("rows", x, byRow));
    return new Item.Live(step.reshape("reshape", y, e));
  }

  /** PyTorch's before opset 17: the formula, then Mul and Add. */
  private static NodeProto layerNorm(Formula formula, NodeProto last) {
    String[] mul = formula.behind(last, "Mul");
    String[] div = mul == null ? null : formula.behind(formula.maker(mul[0], "Mul"), "Div");
    NodeProto plain = div == null ? null : plainLayerNorm(formula, formula.maker(div[0], "Div"));
    return plain == null
        ? null
        : Operators.recognized(
            last,
            "LayerNorm",
            List.of(plain.inputs().get(0), div[1], mul[1]),
            plain.attributes().get("epsilon"));
  }

  /** d / Sqrt(ReduceMean(d²) + epsilon) with d = x - ReduceMean(x), means over the last axis. */
  private static NodeProto plainLayerNorm(Formula formula, NodeProto last) {
    if (last.inputs().size() != 2) {
      return null;
    }
    String centred = last.inputs().get(0);
    NodeProto sub = formula.maker(centred, "Sub");
    NodeProto root = formula.maker(last.inputs().get(1), "Sqrt");
    Formula.Terms sum = root == null ? null : formula.sum(root.inputs().get(0));
    if (sub == null || sub.inputs().size() != 2 || sum == null || sum.values().size() != 1) {
      return null;
    }
    String x = sub.inputs().get(0);
    NodeProto mean = formula.lastMean(sub.inputs().get(1));
    NodeProto variance = formula.lastMean(sum.values().get(0));
    Formula.Terms square =
        variance == null ? null : formula.product(variance.inputs().get(0), centred);
    boolean isNorm =
        mean != null
            && mean.inputs().get(0).equals(x)
            && square != null
            && square.are(1, centred, centred);
    return isNorm
        ? Operators.recognized(
            last,
            "PlainLayerNorm",
            List.of(x),
            AttributeProto.of("epsilon", (float) sum.constant()))
        : null;
  }

  private static void write(Export to, Node node, LayerNorm op) {
    requireInference(node, op.training());
    if (to.opset() >= 17) {
      GraphWriter.NodeWriter made = to.start("LayerNormalization", node);
      node.parameters().forEach(spec -> made.input(spec.name()));
      to.finish(node, made.attribute("axis", -1).attribute("epsilon", op.epsilon()));
      return;
    }
    String name = node.name();
    String x = to.input(node, 0);
    String centred = to.make("Sub", name + ".centred", x, lastMean(to, name + ".mean", x));
    String squares = to.make("Mul", name + ".squares", centred, centred);
    String epsilon = to.scalar(name + ".epsilon", op.epsilon());
    String variance = lastMean(to, name + ".variance", squares);
    String safe = to.make("Add", name + ".safe", variance, epsilon);
    String normal =
        to.make("Div", name + ".normal", centred, to.make("Sqrt", name + ".deviation", safe));
    String scaled = to.make("Mul", name + ".scale", normal, node.parameters().get(0).name());
    to.finish(node, to.node("Add", name).input(scaled).input(node.parameters().get(1).name()));
  }

  private static String lastMean(Export to, String name, String x) {
    return to.node("ReduceMean", name)
        .input(x)
        .attribute("axes", new long[] {-1})
        .write(to.unique(name + ".value"));
  }
}
