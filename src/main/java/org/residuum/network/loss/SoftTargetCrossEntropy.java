package org.residuum.network.loss;

import org.residuum.network.Shape;

/**
 * The mean over the batch of -Σ_k t_k log softmax(x)_k: logits (N, classes) and targets t (N,
 * classes), at least 0 → (1). Targets that add up to w in a row weigh it w times. PyTorch's {@code
 * cross_entropy} with class probabilities, timm's {@code SoftTargetCrossEntropy}.
 */
public record SoftTargetCrossEntropy() implements Loss {
  @Override
  public Shape targets(Shape outputs) {
    return outputs;
  }

  @Override
  public void requireTarget(double target, int row, int classes) {
    if (!(target >= 0 && target < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "target "
              + target
              + " of row "
              + row
              + " is no share of a class: at least 0, and finite");
    }
  }

  @Override
  public String label() {
    return "soft-target cross-entropy";
  }
}
