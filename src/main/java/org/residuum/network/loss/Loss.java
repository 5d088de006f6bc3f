package org.residuum.network.loss;

import java.util.List;
import org.residuum.network.Shape;
import org.residuum.network.op.Op;

/**
 * The mean over the batch of how far a network's outputs (N, C) are from what they should be: its
 * inputs are both, its output is (1).
 */
public interface Loss extends Op {
  /**
   * The shape of what the outputs should be.
   *
   * @param outputs (N, C)
   * @return (N) for a class number each, (N, C) for a value for each output
   */
  Shape targets(Shape outputs);

  /**
   * Checks a value of the targets.
   *
   * @param row of the batch
   * @param classes the number of outputs, C
   * @throws IllegalArgumentException where the loss is not defined for it
   */
  void requireTarget(double target, int row, int classes);

  @Override
  default List<Shape> outputs(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException("takes 2 inputs, not " + inputs.size());
    }
    Shape outputs = inputs.get(0);
    if (outputs.rank() != 2) {
      throw new IllegalArgumentException("needs vectors (N, C), not " + outputs);
    }
    if (!inputs.get(1).equals(targets(outputs))) {
      throw new IllegalArgumentException(
          "needs targets "
              + targets(outputs)
              + " to outputs "
              + outputs
              + ", not "
              + inputs.get(1));
    }
    return List.of(Shape.of(1));
  }

  @Override
  default boolean mixesExamples() {
    return true;
  }
}
