package org.residuum.network.op;

/**
 * A pointwise function whose derivative is a function of its result.
 *
 * @param low lower bound of {@link Kind#CLIP}, else 0
 * @param high upper bound of {@link Kind#CLIP}, else 0
 */
public record Activation(Kind kind, float low, float high) {
  public static final Activation NONE = new Activation(Kind.NONE, 0, 0);

  /** max(x, 0) */
  public static final Activation RELU = new Activation(Kind.RELU, 0, 0);

  /** 1 / (1 + exp(-x)) */
  public static final Activation SIGMOID = new Activation(Kind.SIGMOID, 0, 0);

  /** min(max(x, 0), 6) */
  public static final Activation RELU6 = clip(0, 6);

  /** Which function. */
  public enum Kind {
    NONE,
    RELU,
    CLIP,
    SIGMOID
  }

  /** min(max(x, low), high) */
  public static Activation clip(float low, float high) {
    if (!(low <= high)) {
      throw new IllegalArgumentException("clip needs low <= high, not " + low + " and " + high);
    }
    return new Activation(Kind.CLIP, low, high);
  }

  public boolean isNone() {
    return kind == Kind.NONE;
  }

  public double apply(double x) {
    return switch (kind) {
      case NONE -> x;
      case RELU -> x <= 0 ? 0 : x;
      case CLIP -> Math.min(Math.max(x, low), high);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
    };
  }

  /** The derivative at the point whose result is {@code y}; 0 where a bound cuts. */
  public double derivative(double y) {
    return switch (kind) {
      case NONE -> 1;
      case RELU -> y > 0 ? 1 : 0;
      case CLIP -> y > low && y < high ? 1 : 0;
      case SIGMOID -> y * (1 - y);
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case NONE -> "";
      case RELU -> "relu";
      case CLIP -> low == 0 && high == 6 ? "relu6" : "clip(" + low + ", " + high + ")";
      case SIGMOID -> "sigmoid";
    };
  }
}
