package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/**
 * Axes in another order: axis i of y is axis {@code permutation[i]} of x; the elements move in
 * memory. A free batch axis stays first.
 */
public record Transpose(List<Integer> permutation) implements Op {
  public Transpose {
    permutation = List.copyOf(permutation);
    for (int axis = 0; axis < permutation.size(); axis++) {
      if (!permutation.contains(axis)) {
        throw new IllegalArgumentException(
            permutation + " is no permutation of " + permutation.size() + " axes");
      }
    }
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = inputs.get(0);
    if (x.rank() != permutation.size() || (x.isBatched() && permutation.get(0) != 0)) {
      throw new IllegalArgumentException(
          "cannot put the axes of " + x + " in the order " + permutation);
    }
    return List.of(Shape.of(permutation.stream().mapToInt(x::extent).toArray()));
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public String label() {
    return "transpose " + permutation;
  }
}
