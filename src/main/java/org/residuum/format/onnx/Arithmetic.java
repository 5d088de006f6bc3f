package org.residuum.format.onnx;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.Multiply;

/** Add, Sub, Mul, Div and Sum: of values, of a value and a constant, or folded. */
final class Arithmetic {
  private enum Kind {
    ADD,
    SUB,
    MUL,
    DIV
  }

  private Arithmetic() {}

  static void enter(Operators operators) {
    operators.reads("Add", Arithmetic::add, "7 2 2");
    operators.reads("Sub", Arithmetic::sub, "7 2 2");
    operators.reads("Mul", Arithmetic::mul, "7 2 2");
    operators.reads("Div", Arithmetic::div, "7 2 2");
    operators.reads("Sum", Arithmetic::sum, "7 1 *");
    operators.writes(Add.class, Arithmetic::write);
    operators.writes(
        Multiply.class,
        (to, node, op) -> to.finish(node, to.start("Mul", node).input(to.input(node, 1))));
  }

  static void add(Step step) throws FormatException {
    step.result(add(step, step.item(0), step.item(1)));
  }

  private static void sub(Step step) throws FormatException {
    step.result(combine(step, Kind.SUB, step.item(0), step.item(1)));
  }

  private static void mul(Step step) throws FormatException {
    step.result(combine(step, Kind.MUL, step.item(0), step.item(1)));
  }

  private static void div(Step step) throws FormatException {
    step.result(combine(step, Kind.DIV, step.item(0), step.item(1)));
  }

  private static void sum(Step step) throws FormatException {
    Item sum = step.item(0);
    for (int i = 1; i < step.inputs(); i++) {
      sum = add(step, sum, step.item(i));
    }
    step.result(sum);
  }

  static Item add(Step step, Item a, Item b) throws FormatException {
    Item product = a instanceof Product ? a : b;
    Item other = product == a ? b : a;
    if (product instanceof Product p && other instanceof Constant c) {
      int out = p.weight().extents()[0];
      if (Products.isBias(c, out)) {
        Constant bias = Products.bias(c, out);
        String biasName = step.inputName(other == step.item(0) ? 0 : 1);
        return new Item.Live(
            Products.dense(p.step(), p.x(), p.weight(), p.weightName(), bias, biasName));
      }
    }
    return combine(step, Kind.ADD, a, b);
  }

  static Item multiply(Step step, Item a, Item b) throws FormatException {
    return combine(step, Kind.MUL, a, b);
  }

  private static Item combine(Step step, Kind kind, Item a, Item b) throws FormatException {
    if (a instanceof Constant left && b instanceof Constant right) {
      return fold(step, kind, left, right);
    }
    Value y;
    if (b instanceof Constant right) {
      y = affine(step, kind, live(step, a), right, false);
    } else if (a instanceof Constant left) {
      y = affine(step, kind, live(step, b), left, true);
    } else {
      y = values(step, kind, live(step, a), live(step, b));
    }
    return new Item.Live(y);
  }

  private static Value live(Step step, Item item) throws FormatException {
    for (int i = 0; i < step.inputs(); i++) {
      if (step.has(i) && step.item(i) == item) {
        return step.value(i);
      }
    }
    return ((Item.Live) item).value();
  }

  // Two values

  private static Value values(Step step, Kind kind, Value a, Value b) throws FormatException {
    if (kind == Kind.DIV) {
      throw step.error("division by a value that depends on the network's input is not supported");
    }
    int[] to = Broadcast.extents(step, a.shape().toArray(), b.shape().toArray());
    if (kind == Kind.MUL && !a.shape().equals(b.shape())) {
      if (isChannelScale(b.shape(), a.shape())) {
        return step.append("", new Multiply(), a, b);
      }
      if (isChannelScale(a.shape(), b.shape())) {
        return step.append("", new Multiply(), b, a);
      }
    }
    Value left = Broadcast.value(step, a, to);
    Value right = Broadcast.value(step, b, to);
    if (kind == Kind.SUB) {
      int channels = right.shape().rank() < 2 ? 0 : right.shape().extent(1);
      right =
          channels > 0 && (right.shape().rank() == 2 || right.shape().rank() == 4)
              ? Norms.affine(step, right, filled(channels, -1), new float[channels])
              : perElement(step, right, Constant.scalar(-1), Kind.MUL, false);
    }
    return kind == Kind.MUL
        ? step.append("", new Multiply(), left, right)
        : step.append("", new Add(Activation.NONE), left, right);
  }

  private static boolean isChannelScale(Shape scale, Shape x) {
    return x.rank() == 4
        && scale.rank() == 4
        && scale.equals(Shape.of(x.extent(0), x.extent(1), 1, 1));
  }

  // A value and a constant

  private static Value affine(Step step, Kind kind, Value x, Constant c, boolean constantFirst)
      throws FormatException {
    if (!c.isFloat()) {
      throw step.error("a float value and integers do not mix; cast one");
    }
    if (kind == Kind.DIV && constantFirst) {
      throw step.error("division by a value that depends on the network's input is not supported");
    }
    int[] e = x.shape().toArray();
    if (x.shape().isBatched() && c.rank() == e.length && c.extents()[0] != 1) {
      throw step.error("a constant for each example of a free batch is not supported");
    }
    int[] to = Broadcast.extents(step, e, c.extents());
    Value wide = Broadcast.value(step, x, to);
    boolean images = to.length == 4 || to.length == 2;
    int[] aligned = Broadcast.aligned(c.extents(), to.length);
    boolean byChannel = images;
    for (int axis = 0; axis < aligned.length; axis++) {
      byChannel &= axis == 1 || aligned[axis] == 1;
    }
    if (!byChannel) {
      return perElement(step, wide, c, kind, constantFirst);
    }
    float[] gamma = new float[to[1]];
    float[] beta = new float[to[1]];
    for (int i = 0; i < to[1]; i++) {
      float constant = c.number(c.size() == 1 ? 0 : i);
      gamma[i] = factor(kind, constantFirst, constant);
      beta[i] = summand(kind, constantFirst, constant);
    }
    return Norms.affine(step, wide, gamma, beta);
  }

  /** One factor and one summand for each element of an example. */
  private static Value perElement(Step step, Value x, Constant c, Kind kind, boolean constantFirst)
      throws FormatException {
    int[] e = x.shape().toArray();
    int[] example = e.clone();
    if (x.shape().isBatched()) {
      example[0] = 1;
    }
    Constant full = Broadcast.constant(step, c, example);
    float[] gamma = new float[full.size()];
    float[] beta = new float[full.size()];
    for (int i = 0; i < gamma.length; i++) {
      gamma[i] = factor(kind, constantFirst, full.number(i));
      beta[i] = summand(kind, constantFirst, full.number(i));
    }
    Value rows = step.reshape("rows", x, x.shape().isBatched() ? Shape.N : 1, gamma.length);
    return step.reshape("reshape", Norms.affine(step, rows, gamma, beta), e);
  }

  /** a of x ∘ c = a x + b. */
  private static float factor(Kind kind, boolean constantFirst, float c) {
    return switch (kind) {
      case ADD -> 1;
      case SUB -> constantFirst ? -1 : 1;
      case MUL -> c;
      case DIV -> 1 / c;
    };
  }

  /** b of x ∘ c = a x + b. */
  private static float summand(Kind kind, boolean constantFirst, float c) {
    return switch (kind) {
      case ADD -> c;
      case SUB -> constantFirst ? c : -c;
      case MUL, DIV -> 0;
    };
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  // Two constants

  private static Constant fold(Step step, Kind kind, Constant a, Constant b)
      throws FormatException {
    if (a.isFloat() != b.isFloat()) {
      throw step.error("floats and integers do not mix; cast one");
    }
    int[] to = Broadcast.extents(step, a.extents(), b.extents());
    Constant left = Broadcast.constant(step, a, to);
    Constant right = Broadcast.constant(step, b, to);
    if (a.isFloat()) {
      float[] y = new float[left.size()];
      for (int i = 0; i < y.length; i++) {
        y[i] = floats(kind, left.number(i), right.number(i));
      }
      return Constant.ofFloats(to, FloatBuffer.wrap(y));
    }
    long[] y = new long[left.size()];
    for (int i = 0; i < y.length; i++) {
      y[i] = integers(step, kind, left.longs()[i], right.longs()[i]);
    }
    return Constant.ofLongs(to, y);
  }

  private static float floats(Kind kind, float a, float b) {
    return switch (kind) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
    };
  }

  private static long integers(Step step, Kind kind, long a, long b) throws FormatException {
    if (a == Constant.BATCH || b == Constant.BATCH) {
      long neutral = kind == Kind.MUL || kind == Kind.DIV ? 1 : 0;
      boolean commutes = kind == Kind.ADD || kind == Kind.MUL;
      if (b == neutral || commutes && a == neutral) {
        return Constant.BATCH;
      }
      throw step.error("it computes with the batch size, which is free; export a fixed one");
    }
    if (kind == Kind.DIV && b == 0) {
      throw step.error("an integer division by zero");
    }
    return switch (kind) {
      case ADD -> Math.addExact(a, b);
      case SUB -> Math.subtractExact(a, b);
      case MUL -> Math.multiplyExact(a, b);
      case DIV -> a / b;
    };
  }

  private static void write(Export to, Node node, Add op) {
    to.finish(node, to.start("Add", node).input(to.input(node, 1)), "sum", op.activation());
  }
}
