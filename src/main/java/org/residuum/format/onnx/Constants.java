package org.residuum.format.onnx;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.residuum.format.FormatException;
import org.residuum.network.Shape;

/** The operators that make constants, and those that change nothing at inference. */
final class Constants {
  private Constants() {}

  static void enter(Operators operators) {
    operators.reads("Identity", Constants::identity, "7 1 1");
    operators.reads("Dropout", Constants::dropout, "7 1 1 ratio:float", "12 1 3 seed:int");
    operators.reads("Cast", Constants::cast, "7 1 1 to:int!", "19 1 1 saturate:int to:int!");
    operators.reads(
        "Constant",
        Constants::constant,
        "7 0 0 value:tensor!",
        "11 0 0 sparse_value:sparse_tensor value:tensor",
        "12 0 0 sparse_value:sparse_tensor value:tensor value_float:float value_floats:floats"
            + " value_int:int value_ints:ints value_string:string value_strings:strings");
    operators.reads("ConstantOfShape", Constants::constantOfShape, "9 1 1 value:tensor");
    operators.reads("Range", Constants::range, "11 3 3");
    operators.reads("Shape", Constants::shape, "7 1 1", "15 1 1 end:int start:int");
  }

  private static void identity(Step step) throws FormatException {
    step.result(step.item(0));
  }

  private static void dropout(Step step) throws FormatException {
    if (step.has(2) && step.constant(2, "training_mode").integer(0) != 0) {
      throw step.error("training mode is not supported; export the model in evaluation mode");
    }
    step.result(step.item(0));
  }

  /** Values are 32-bit floats here: casts between float types change nothing. */
  private static void cast(Step step) throws FormatException {
    DataType to = DataType.of(step.integer("to", 0));
    if (!to.isFloat() && !to.isInteger()) {
      throw step.error("a cast to " + to + " is not supported; floats and integers are");
    }
    if (!(step.item(0) instanceof Constant constant)) {
      if (!to.isFloat()) {
        throw step.error("a value that depends on the network's input cannot become " + to);
      }
      step.result(step.item(0));
      return;
    }
    step.graph().budget().charge((long) Long.BYTES * constant.size(), step.title());
    if (to.isFloat() && constant.isFloat()) {
      step.result(constant);
    } else if (to.isFloat()) {
      float[] floats = new float[constant.size()];
      for (int i = 0; i < floats.length; i++) {
        if (constant.longs()[i] == Constant.BATCH) {
          throw step.error("the batch size is free; export a fixed one to compute with it");
        }
        floats[i] = constant.number(i);
      }
      step.result(Constant.ofFloats(constant.extents(), FloatBuffer.wrap(floats)));
    } else {
      long[] longs = new long[constant.size()];
      for (int i = 0; i < longs.length; i++) {
        longs[i] = integer(step, constant, i, to);
      }
      step.result(Constant.ofLongs(constant.extents(), longs));
    }
  }

  private static long integer(Step step, Constant constant, int i, DataType to)
      throws FormatException {
    if (!constant.isFloat() && constant.longs()[i] == Constant.BATCH) {
      if (to == DataType.INT64 || to == DataType.INT32) {
        return Constant.BATCH;
      }
      throw step.error("the batch size is free; export a fixed one to cast it to " + to);
    }
    if (to == DataType.BOOL) {
      return constant.isFloat()
          ? (constant.number(i) != 0 ? 1 : 0)
          : constant.longs()[i] != 0 ? 1 : 0;
    }
    long value = constant.integer(i);
    if (constant.isFloat() && !to.holds(value)) {
      throw step.error("element " + i + ", " + constant.number(i) + ", is no " + to);
    }
    return to.wrapped(value);
  }

  private static void constant(Step step) throws FormatException {
    if (step.attributes() != 1) {
      throw step.error("it has " + step.attributes() + " values; a constant has one");
    }
    if (step.hasAttribute("value") && step.attribute("value").values().t() != null) {
      step.result(step.graph().decode(step.attribute("value").values().t()));
    } else if (step.hasAttribute("value_int")) {
      step.result(Constant.ofLongs(new int[0], step.integer("value_int", 0)));
    } else if (step.hasAttribute("value_ints")) {
      step.result(Constant.list(step.integers("value_ints")));
    } else if (step.hasAttribute("value_float")) {
      step.result(Constant.scalar(step.number("value_float", 0)));
    } else if (step.hasAttribute("value_floats")) {
      FloatBuffer floats = step.attribute("value_floats").values().floats().asFloatBuffer();
      step.result(Constant.ofFloats(new int[] {floats.limit()}, floats));
    } else {
      throw step.error("it holds no tensor, float or integer");
    }
  }

  private static void constantOfShape(Step step) throws FormatException {
    int[] extents = extents(step, step.integers(0, "the shape"));
    int size = Math.toIntExact(Constant.elements(extents, step.title(), step.graph().budget()));
    Constant value =
        step.hasAttribute("value") && step.attribute("value").values().t() != null
            ? step.graph().decode(step.attribute("value").values().t())
            : Constant.scalar(0);
    if (value.size() != 1) {
      throw step.error("its value must be one number, not " + value);
    }
    if (value.isFloat()) {
      float[] floats = new float[size];
      Arrays.fill(floats, value.number(0));
      step.result(Constant.ofFloats(extents, FloatBuffer.wrap(floats)));
    } else {
      long[] longs = new long[size];
      Arrays.fill(longs, value.integer(0));
      step.result(Constant.ofLongs(extents, longs));
    }
  }

  private static int[] extents(Step step, long[] shape) throws FormatException {
    int[] extents = new int[shape.length];
    for (int axis = 0; axis < extents.length; axis++) {
      if (shape[axis] < 0 || shape[axis] > Integer.MAX_VALUE) {
        throw step.error(
            shape[axis] == Constant.BATCH
                ? "a constant cannot have the free batch size as an extent"
                : "extent " + shape[axis] + " is outside 0..2^31-1");
      }
      extents[axis] = (int) shape[axis];
    }
    return extents;
  }

  private static void range(Step step) throws FormatException {
    Constant start = scalar(step, 0);
    Constant limit = scalar(step, 1);
    Constant delta = scalar(step, 2);
    if (delta.number(0) == 0) {
      throw step.error("a step of 0");
    }
    double span = (double) limit.number(0) - start.number(0);
    if (!start.isFloat()) {
      span = (double) limit.integer(0) - start.integer(0);
    }
    double count = Math.max(0, Math.ceil(span / delta.number(0)));
    step.graph().budget().charge((long) Math.min(count, 1e15) * Long.BYTES, step.title());
    int[] extents = {(int) count};
    if (start.isFloat()) {
      float[] floats = new float[extents[0]];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = start.number(0) + i * delta.number(0);
      }
      step.result(Constant.ofFloats(extents, FloatBuffer.wrap(floats)));
    } else {
      long[] longs = new long[extents[0]];
      for (int i = 0; i < longs.length; i++) {
        longs[i] = start.integer(0) + i * delta.integer(0);
      }
      step.result(Constant.list(longs));
    }
  }

  private static Constant scalar(Step step, int input) throws FormatException {
    Constant constant = step.constant(input, "a bound");
    boolean free =
        !constant.isFloat() && constant.size() == 1 && constant.integer(0) == Constant.BATCH;
    if (constant.size() != 1 || free) {
      throw step.error(free ? "the batch size is free" : "a bound must be one number");
    }
    return constant;
  }

  /** A part of the shape can be chosen since opset 15. */
  private static void shape(Step step) throws FormatException {
    int[] extents = step.item(0).extents();
    int rank = extents.length;
    int start = bound(step.integer("start", 0), rank);
    int end = bound(step.integer("end", rank), rank);
    long[] shape = new long[Math.max(0, end - start)];
    for (int i = 0; i < shape.length; i++) {
      int extent = extents[start + i];
      shape[i] = extent == Shape.N ? Constant.BATCH : extent;
    }
    step.result(Constant.list(shape));
  }

  private static int bound(long axis, int rank) {
    return (int) Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
  }
}
