package org.residuum.network.gradient;

import java.util.List;
import org.residuum.network.Shape;
import org.residuum.network.op.Op;
import org.residuum.network.op.SoftmaxCrossEntropy;

/** dx = (softmax(x) - t) / N for the loss of {@link SoftmaxCrossEntropy}; inputs as there. */
public record SoftmaxCrossEntropyGradient(float labelSmoothing) implements Op {
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    new SoftmaxCrossEntropy(labelSmoothing).outputs(inputs);
    return List.of(inputs.get(0));
  }

  @Override
  public boolean mixesExamples() {
    return true;
  }

  @Override
  public String label() {
    return "gradient of softmax cross-entropy";
  }
}
