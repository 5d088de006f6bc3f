package org.residuum.format.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the nodes behind a value as a formula, whatever the order of its factors and summands, so
 * that what exporters write in several nodes is recognised.
 */
final class Formula {
  private static final long[] LAST = {-1};
  private static final int MOST_TERMS = 8;

  /** Formulas are short; what lies behind so many nodes is taken as one factor. */
  private static final int MOST_NODES = 64;

  private static final double ACCURACY = 1e-5;

  /**
   * A number and the values it is multiplied with or added to.
   *
   * @param values in no particular order
   */
  record Terms(double constant, List<String> values) {
    /** Whether these are the number and the values, in any order. */
    boolean are(double expected, String... names) {
      List<String> left = new ArrayList<>(values);
      for (String name : names) {
        if (!left.remove(name)) {
          return false;
        }
      }
      return left.isEmpty() && isNear(constant, expected);
    }
  }

  private final Map<String, NodeProto> makers = new HashMap<>();
  private final Map<String, TensorProto> tensors = new HashMap<>();
  private final Tensors decoder;
  private int nodes;

  Formula(GraphProto graph, Tensors decoder) {
    this.decoder = decoder;
    graph.nodes().forEach(node -> node.outputs().forEach(output -> makers.put(output, node)));
    graph.initializers().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  static boolean isNear(double a, double b) {
    return Math.abs(a - b) <= ACCURACY * Math.abs(b);
  }

  /** The node of that operator which makes a value; null if another one does. */
  NodeProto maker(String value, String opType) {
    NodeProto node = makers.get(value);
    boolean is = node != null && node.opType().equals(opType);
    return is && NodeProto.isStandard(node.domain()) && !node.inputs().isEmpty() ? node : null;
  }

  /** The constant of that name; null if it is none. */
  Constant constant(String value) {
    try {
      TensorProto tensor = tensor(value);
      return tensor == null ? null : decoder.decode(tensor);
    } catch (IOException e) {
      return null; // The importer says what is wrong with it.
    }
  }

  private TensorProto tensor(String value) {
    NodeProto node = makers.get(value);
    if (node == null || !node.opType().equals("Constant")) {
      return tensors.get(value);
    }
    AttributeProto held = node.attributes().get("value");
    return held == null ? null : held.values().t();
  }

  boolean isFilled(String value, float number) {
    Constant constant = constant(value);
    return constant != null && constant.isFloat() && constant.isFilledWith(number);
  }

  /** Of two inputs the one that such an operator makes, then the other one; null for none. */
  String[] behind(NodeProto node, String opType) {
    for (int i = 0; i < 2 && node.inputs().size() == 2; i++) {
      String made = node.inputs().get(i);
      if (maker(made, opType) != null) {
        return new String[] {made, node.inputs().get(1 - i)};
      }
    }
    return null;
  }

  /** The ReduceMean over the last axis that makes a value; null if another node does. */
  NodeProto lastMean(String value) {
    NodeProto mean = maker(value, "ReduceMean");
    if (mean == null) {
      return null;
    }
    AttributeProto stated = mean.attributes().get("axes");
    AttributeProto kept = mean.attributes().get("keepdims");
    Constant given = mean.inputs().size() > 1 ? constant(mean.inputs().get(1)) : null;
    boolean last =
        stated != null
            ? Arrays.equals(stated.values().ints(), LAST)
            : given != null && !given.isFloat() && Arrays.equals(given.longs(), LAST);
    return last && (kept == null || kept.values().i() != 0) ? mean : null;
  }

  /** NaN for what is no single number. */
  double number(String value) {
    TensorProto tensor = tensor(value);
    if (tensor == null || !isSingle(tensor)) {
      return Double.NaN;
    }
    Constant constant = constant(value);
    return constant == null || constant.size() != 1 ? Double.NaN : constant.number(0);
  }

  private static boolean isSingle(TensorProto tensor) {
    for (long extent : tensor.dims()) {
      if (extent != 1) {
        return false;
      }
    }
    return true;
  }

  /**
   * The factors of a value; {@code whole} is taken as one, whatever makes it. Null for too many.
   */
  Terms product(String value, String whole) {
    List<String> values = new ArrayList<>();
    nodes = 0;
    double constant = multiply(value, whole, values);
    return values.size() > MOST_TERMS ? null : new Terms(constant, values);
  }

  private double multiply(String value, String whole, List<String> values) {
    if (values.size() > MOST_TERMS) {
      return 1;
    }
    double number = number(value);
    if (!Double.isNaN(number)) {
      return number;
    }
    NodeProto node = value.equals(whole) ? null : makers.get(value);
    nodes++;
    if (node == null || node.inputs().size() != 2 || nodes > MOST_NODES) {
      values.add(value);
      return 1;
    }
    String first = node.inputs().get(0);
    double second = number(node.inputs().get(1));
    if (node.opType().equals("Mul")) {
      return multiply(first, whole, values) * multiply(node.inputs().get(1), whole, values);
    } else if (node.opType().equals("Div") && !Double.isNaN(second)) {
      return multiply(first, whole, values) / second;
    } else if (node.opType().equals("Pow") && (second == 2 || second == 3)) {
      double factor = 1;
      for (int i = 0; i < second; i++) {
        factor *= multiply(first, whole, values);
      }
      return factor;
    }
    values.add(value);
    return 1;
  }

  /** c and x of x · c or x / c, x taken as one; null if the value is neither. */
  Terms scaled(String value) {
    NodeProto node = makers.get(value);
    for (int i = 0; node != null && i < node.inputs().size(); i++) {
      Terms product = product(value, node.inputs().get(i));
      if (product != null
          && product.values().equals(List.of(node.inputs().get(i)))
          && !node.inputs().get(i).equals(value)) {
        return product;
      }
    }
    return null;
  }

  /** The summands of a value; null if it is no sum of two. */
  Terms sum(String value) {
    NodeProto node = maker(value, "Add");
    if (node == null || node.inputs().size() != 2) {
      return null;
    }
    double constant = 0;
    List<String> values = new ArrayList<>();
    for (String input : node.inputs()) {
      double number = number(input);
      if (Double.isNaN(number)) {
        values.add(input);
      } else {
        constant += number;
      }
    }
    return new Terms(constant, values);
  }
}
