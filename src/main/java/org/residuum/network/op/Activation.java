package org.residuum.network.op;

/**
 * A pointwise function. Its derivative is a function of its result where one result comes of one
 * slope, so that the argument need not be kept, else of its argument.
 *
 * @param low lower bound of {@link Kind#CLIP}, slope of {@link Kind#LEAKY_RELU}, else 0
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

  /** x / (1 + exp(-x)), also called swish */
  public static final Activation SILU = new Activation(Kind.SILU, 0, 0);

  /** x min(max(x + 3, 0), 6) / 6 (Howard et al. 2019, section 5.2) */
  public static final Activation HARDSWISH = new Activation(Kind.HARDSWISH, 0, 0);

  /** x Φ(x), Φ the normal distribution (Hendrycks and Gimpel 2016) */
  public static final Activation GELU = new Activation(Kind.GELU, 0, 0);

  /** x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, close to {@link #GELU} */
  public static final Activation GELU_TANH = new Activation(Kind.GELU_TANH, 0, 0);

  private static final double CUBIC = 0.044715;
  private static final double ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  /** Which function. */
  public enum Kind {
    NONE,
    RELU,
    CLIP,
    SIGMOID,
    LEAKY_RELU,
    SILU,
    HARDSWISH,
    GELU,
    GELU_TANH
  }

  /** min(max(x, low), high) */
  public static Activation clip(float low, float high) {
    if (!(low <= high)) {
      throw new IllegalArgumentException("clip needs low <= high, not " + low + " and " + high);
    }
    return new Activation(Kind.CLIP, low, high);
  }

  /** x where it is positive, slope · x elsewhere */
  public static Activation leakyRelu(float slope) {
    return slope == 0 ? RELU : new Activation(Kind.LEAKY_RELU, slope, 0);
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
      case LEAKY_RELU -> x <= 0 ? low * x : x;
      case SILU -> x / (1 + Math.exp(-x));
      case HARDSWISH -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
      case GELU -> x * normalShare(x);
      case GELU_TANH -> x * (1 + Math.tanh(ROOT_2_OVER_PI * (x + CUBIC * x * x * x))) / 2;
    };
  }

  /** Whether the derivative is a function of the argument and not of the result. */
  public boolean derivesFromInput() {
    return switch (kind) {
      case NONE, RELU, CLIP, SIGMOID -> false;
      case LEAKY_RELU -> low < 0;
      case SILU, HARDSWISH, GELU, GELU_TANH -> true;
    };
  }

  /**
   * The derivative; 0 where a bound cuts.
   *
   * @param at the argument if it {@link #derivesFromInput}, else the result
   */
  public double derivative(double at) {
    return switch (kind) {
      case NONE -> 1;
      case RELU -> at > 0 ? 1 : 0;
      case CLIP -> at > low && at < high ? 1 : 0;
      case SIGMOID -> at * (1 - at);
      case LEAKY_RELU -> at > 0 ? 1 : low;
      case SILU -> siluDerivative(at);
      case HARDSWISH -> at < -3 ? 0 : at <= 3 ? at / 3 + 0.5 : 1;
      case GELU -> normalShare(at) + at * Math.exp(-at * at / 2) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> geluTanhDerivative(at);
    };
  }

  /** (1 + t + x (1 - t²) u') / 2 with t = tanh(u) and u = √(2/π) (x + 0.044715 x³) */
  private static double geluTanhDerivative(double x) {
    double t = Math.tanh(ROOT_2_OVER_PI * (x + CUBIC * x * x * x));
    return (1 + t + x * (1 - t * t) * ROOT_2_OVER_PI * (1 + 3 * CUBIC * x * x)) / 2;
  }

  /**
   * Φ(x), the share of the normal distribution below x, from the series Φ(x) = 1/2 + φ(x) (x + x³/3
   * + x⁵/15 + …) near 0, else from the continued fraction φ(x) / (|x| + 1/(|x| + 2/(|x| + …))) of
   * its tail (Abramowitz and Stegun, 26.2.11 and 26.2.14).
   */
  private static double normalShare(double x) {
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    if (Math.abs(x) > 4) {
      double fraction = Math.abs(x);
      for (int k = 60; k > 0; k--) {
        fraction = Math.abs(x) + k / fraction;
      }
      return x > 0 ? 1 - density / fraction : density / fraction;
    }
    double term = x;
    double sum = x;
    for (int k = 3; Math.abs(term) > 1e-18; k += 2) {
      term *= x * x / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }

  /** s + x s (1 - s) with s = sigmoid(x) */
  private static double siluDerivative(double x) {
    double s = 1 / (1 + Math.exp(-x));
    return s + x * s * (1 - s);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case NONE -> "";
      case RELU -> "relu";
      case CLIP -> low == 0 && high == 6 ? "relu6" : "clip(" + low + ", " + high + ")";
      case SIGMOID -> "sigmoid";
      case LEAKY_RELU -> "leaky relu(" + low + ")";
      case SILU -> "silu";
      case HARDSWISH -> "hardswish";
      case GELU -> "gelu";
      case GELU_TANH -> "gelu(tanh)";
    };
  }
}
