package org.residuum.network.loss;

import org.residuum.network.Shape;

/**
 * The mean over the batch of -Σ_k t_k log softmax(x)_k: logits (N, classes) and labels (N), class
 * indices kept as floats → (1). With label smoothing s the target is t_k = (1 - s) [k = label] + s
 * / classes (Szegedy et al. 2016, section 7).
 */
public record SoftmaxCrossEntropy(float labelSmoothing) implements Loss {
  public SoftmaxCrossEntropy {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException("label smoothing must be in 0..1, not " + labelSmoothing);
    }
  }

  @Override
  public Shape targets(Shape outputs) {
    return Shape.of(outputs.extent(0));
  }

  @Override
  public void requireTarget(double target, int row, int classes) {
    if (!(target >= 0 && target < classes && target == (int) target)) {
      throw new IllegalArgumentException(
          "label "
              + target
              + " of row "
              + row
              + " is no class: the network tells "
              + classes
              + " apart, numbered 0 to "
              + (classes - 1));
    }
  }

  @Override
  public String label() {
    return "softmax cross-entropy" + (labelSmoothing == 0 ? "" : " smoothing " + labelSmoothing);
  }
}
