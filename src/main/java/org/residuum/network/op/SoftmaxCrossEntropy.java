package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/**
 * The mean over the batch of -Σ_k t_k log softmax(x)_k: logits (N, classes) and labels (N), class
 * indices kept as floats → (1). With label smoothing s the target is t_k = (1 - s) [k = label] + s
 * / classes (Szegedy et al. 2016, section 7).
 */
public record SoftmaxCrossEntropy(float labelSmoothing) implements Op {
  public SoftmaxCrossEntropy {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException("label smoothing must be in 0..1, not " + labelSmoothing);
    }
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 2);
    Shape logits = Shapes.vectors(inputs.get(0));
    Shapes.requireEqual(Shape.of(logits.extent(0)), inputs.get(1));
    return List.of(Shape.of(1));
  }

  @Override
  public boolean mixesExamples() {
    return true;
  }

  @Override
  public String label() {
    return "softmax cross-entropy" + (labelSmoothing == 0 ? "" : " smoothing " + labelSmoothing);
  }
}
