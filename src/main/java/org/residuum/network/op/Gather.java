package org.residuum.network.op;

import java.util.ArrayList;
import java.util.List;
import org.residuum.network.Shape;

/**
 * Picks along one axis: y[.., i, ..] = x[.., indices[i], ..], or {@code fill} where the index is
 * {@link #FILL}. Slices with any step, pads and repetitions are cases of it. The free batch axis
 * cannot be picked from.
 */
public record Gather(int axis, List<Integer> indices, float fill) implements Op {
  /** The index that stands for the fill value. */
  public static final int FILL = -1;

  private static final int SHOWN = 4;

  public Gather {
    Shapes.notNegative("axis", axis);
    indices = List.copyOf(indices);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = inputs.get(0);
    Shapes.requireFixedAxis(x, axis);
    for (int index : indices) {
      if (index < FILL || index >= x.extent(axis)) {
        throw new IllegalArgumentException(
            "index " + index + " is outside 0.." + (x.extent(axis) - 1) + ", axis " + axis);
      }
    }
    return List.of(Shapes.with(x, axis, indices.size()));
  }

  @Override
  public boolean isLinear() {
    return fill == 0;
  }

  @Override
  public String label() {
    List<String> shown = new ArrayList<>();
    for (int index : indices.subList(0, Math.min(SHOWN, indices.size()))) {
      shown.add(index == FILL ? String.valueOf(fill) : String.valueOf(index));
    }
    return "gather axis "
        + axis
        + ", "
        + String.join(" ", shown)
        + (indices.size() > SHOWN ? " .. (" + indices.size() + ")" : "");
  }
}
