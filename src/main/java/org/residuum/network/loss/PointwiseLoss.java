package org.residuum.network.loss;

import org.residuum.network.Shape;

/**
 * The mean over examples and outputs of a loss of each output alone: outputs x (N, C) and targets t
 * (N, C) → (1).
 */
public record PointwiseLoss(Kind kind) implements Loss {
  /** What a single output costs. */
  public enum Kind {
    /**
     * -t log σ(x) - (1 - t) log(1 - σ(x)) with the sigmoid σ, for labels that do not exclude each
     * other: PyTorch's {@code BCEWithLogitsLoss}, in a form that does not overflow.
     */
    BINARY_CROSS_ENTROPY("binary cross-entropy") {
      @Override
      public double value(double x, double t) {
        return Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x)));
      }

      @Override
      public double derivative(double x, double t) {
        return 1 / (1 + Math.exp(-x)) - t;
      }
    },
    /**
     * -log(1 - σ(x)) at a target of 0, else -t log σ(x): labels that an example has count t times.
     * PyTorch's {@code BCEWithLogitsLoss} with {@code pos_weight} t.
     */
    WEIGHTED_BINARY_CROSS_ENTROPY("weighted binary cross-entropy") {
      @Override
      public double value(double x, double t) {
        double log = Math.log1p(Math.exp(-Math.abs(x)));
        return t == 0 ? Math.max(x, 0) + log : t * (Math.max(-x, 0) + log);
      }

      @Override
      public double derivative(double x, double t) {
        return t == 0 ? 1 / (1 + Math.exp(-x)) : -t / (1 + Math.exp(x));
      }
    },
    /** (x - t)²: PyTorch's {@code MSELoss}. */
    SQUARED_ERROR("squared error") {
      @Override
      public double value(double x, double t) {
        return (x - t) * (x - t);
      }

      @Override
      public double derivative(double x, double t) {
        return 2 * (x - t);
      }
    },
    /**
     * (x - t)² / 2 up to a distance of 1, beyond it |x - t| - 1/2: PyTorch's {@code SmoothL1Loss}.
     */
    SMOOTH_L1("smooth L1") {
      @Override
      public double value(double x, double t) {
        double distance = Math.abs(x - t);
        return distance < 1 ? distance * distance / 2 : distance - 0.5;
      }

      @Override
      public double derivative(double x, double t) {
        return Math.max(-1, Math.min(1, x - t));
      }
    };

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** Of an output x and its target t. */
    public abstract double value(double x, double t);

    /** With respect to x. */
    public abstract double derivative(double x, double t);

    /** For example {@code squared error}. */
    @Override
    public String toString() {
      return label;
    }
  }

  @Override
  public Shape targets(Shape outputs) {
    return outputs;
  }

  @Override
  public void requireTarget(double target, int row, int classes) {
    boolean share = kind == Kind.BINARY_CROSS_ENTROPY;
    boolean weight = kind == Kind.WEIGHTED_BINARY_CROSS_ENTROPY;
    boolean low = (share || weight) && target < 0;
    if (!Double.isFinite(target) || low || (share && target > 1)) {
      throw new IllegalArgumentException(
          "target "
              + target
              + " of row "
              + row
              + " is not "
              + (share ? "between 0 and 1" : weight ? "finite and at least 0" : "finite")
              + ", as "
              + kind
              + " asks");
    }
  }

  @Override
  public String label() {
    return "mean " + kind;
  }
}
