package org.residuum.backend;

/** How an optimiser turns gradients g into new parameters w at learning rate η. */
public sealed interface UpdateRule {
  /** λ, the weight decay. */
  double weightDecay();

  /** Whether biases and batch-norm parameters decay too. */
  boolean decayAll();

  /**
   * g' = g + λw; v = μv + g'; w -= η v, or with Nesterov w -= η (g' + μv): PyTorch's form of
   * Sutskever et al. 2013.
   *
   * @param momentum μ in 0..1
   */
  record Sgd(double momentum, boolean nesterov, double weightDecay, boolean decayAll)
      implements UpdateRule {
    public Sgd {
      requireRange("momentum", momentum, 0, 1);
      requireRange("weight decay", weightDecay, 0, Double.MAX_VALUE);
      if (nesterov && momentum == 0) {
        throw new IllegalArgumentException("Nesterov's step needs momentum above 0");
      }
    }
  }

  /**
   * w -= ηλw; m = β₁m + (1 - β₁)g; v = β₂v + (1 - β₂)g²; w -= η m̂ / (√v̂ + ε) with m̂ = m / (1 -
   * β₁ᵗ), v̂ = v / (1 - β₂ᵗ) (Loshchilov and Hutter 2019, algorithm 2). The betas are at least 0
   * and below 1; ε is a normal fp32 number, for a smaller one is 0 there and has a weight whose
   * gradient is 0 become NaN.
   */
  record AdamW(double beta1, double beta2, double epsilon, double weightDecay, boolean decayAll)
      implements UpdateRule {
    public AdamW {
      requireBelowOne("beta1", beta1);
      requireBelowOne("beta2", beta2);
      requireRange("epsilon", epsilon, Float.MIN_NORMAL, 1);
      requireRange("weight decay", weightDecay, 0, Double.MAX_VALUE);
    }
  }

  /**
   * What {@link TrainingSession#update} takes.
   *
   * @throws IllegalArgumentException where the rate or the norm is negative or NaN, or the rate
   *     infinite: it would spoil every parameter at once
   */
  static void requireStep(double learningRate, double maxGradientNorm) {
    requireRange("learning rate", learningRate, 0, Double.MAX_VALUE);
    if (!(maxGradientNorm >= 0)) {
      throw new IllegalArgumentException(
          "the largest gradient norm must be at least 0, which is for none, not "
              + maxGradientNorm);
    }
  }

  /** Checks what {@link TrainingSession#follow} is given. */
  static void requireDecay(double decay) {
    requireBelowOne("decay of a running mean", decay);
  }

  private static void requireBelowOne(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be at least 0 and below 1, not " + value);
    }
  }

  private static void requireRange(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          name
              + " must be "
              + (high == Double.MAX_VALUE
                  ? "at least " + low + " and finite"
                  : "in " + low + ".." + high)
              + ", not "
              + value);
    }
  }
}
